import { BUCKET_FACTORS, K } from './limits.js';
import { isGood, type TableNode } from './table-node.js';

/** The nodes that share a number of leading bits with us, and some that would take a place that becomes free. */
export class Bucket {
  readonly nodes: TableNode[] = [];
  /** `IClock.now()` of the last sign of life or change. */
  changedAt: number;
  readonly #capacity: number;
  /** Newest last; all have answered once. */
  readonly #spares: TableNode[] = [];

  /** `bits` is how many leading bits are shared. */
  constructor(bits: number, now: number) {
    this.#capacity = K * (BUCKET_FACTORS[bits] ?? 1);
    this.changedAt = now;
  }

  /** Whether a node that answers would get in. */
  get hasRoom(): boolean {
    return this.nodes.length < this.#capacity || this.nodes.some((node) => !isGood(node));
  }

  get hasSpare(): boolean {
    return this.#spares.length > 0;
  }

  /** Adds a node, in the place of one that does not work if need be; one that finds no place but works becomes a spare. */
  insert(node: TableNode): { readonly isIn: boolean; readonly replaced?: TableNode } {
    if (this.nodes.length < this.#capacity) {
      this.nodes.push(node);
      return { isIn: true };
    }
    if (!isGood(node)) return { isIn: false };
    const worst = this.nodes.findIndex((other) => !isGood(other));
    const [replaced] = worst < 0 ? [] : this.nodes.splice(worst, 1, node);
    if (replaced) return { isIn: true, replaced };
    this.#addSpare(node);
    return { isIn: false };
  }

  remove(node: TableNode): void {
    const index = this.nodes.indexOf(node);
    if (index >= 0) this.nodes.splice(index, 1);
  }

  /** The spare heard of last. */
  takeSpare(): TableNode | undefined {
    return this.#spares.pop();
  }

  #addSpare(node: TableNode): void {
    const index = this.#spares.findIndex(({ identity }) => identity === node.identity);
    if (index >= 0) this.#spares.splice(index, 1);
    this.#spares.push(node);
    if (this.#spares.length > K) this.#spares.shift();
  }
}
