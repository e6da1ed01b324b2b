import type { IClock, ITimer } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { IpFamily } from '../protocol/node-info.js';
import type { Contacts } from './contacts.js';
import { BOOTSTRAP_MAX_RETRY_MS, BOOTSTRAP_PATIENCE_MS, BOOTSTRAP_RETRY_MS, K } from './limits.js';
import type { Lookup } from './lookup.js';
import type { RoutingTable } from './routing-table.js';

interface BootstrapOptions {
  readonly clock: IClock;
  readonly contacts: Contacts;
  readonly table: RoutingTable;
  /** Names and addresses to ask where the table does not help. */
  readonly routers: readonly Endpoint[];
  /** Whose nodes are asked for: BEP 32 wants both while joining. */
  readonly want: readonly IpFamily[];
  ownId(): Uint8Array;
}

/** Gets the node into the network: looks up its own id from the nodes of the last session or, if those are few or silent, from routers. */
export class Bootstrap {
  readonly #options: BootstrapOptions;
  #lookup: Lookup | undefined;
  #patience: ITimer | undefined;
  #hasJoined = false;
  #retryAt = -Infinity;
  #retryMs = BOOTSTRAP_RETRY_MS;

  constructor(options: BootstrapOptions) {
    this.#options = options;
  }

  /** Begins anew, at once: at the start, or with another id. */
  join(): void {
    const { clock, table } = this.#options;
    this.#hasJoined = false;
    this.#retryAt = clock.now() + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, BOOTSTRAP_MAX_RETRY_MS);
    this.#lookUpOurselves();
    this.#patience?.cancel();
    if (table.nodes().length < K) this.#askRouters();
    else {
      this.#patience = clock.setTimer(BOOTSTRAP_PATIENCE_MS, () => {
        if (table.goodCount === 0) this.#askRouters();
      });
    }
  }

  /** Begins anew as at the start, however long nobody has answered. */
  rejoin(): void {
    this.#retryMs = BOOTSTRAP_RETRY_MS;
    this.join();
  }

  /** Called now and then: tries again while nobody answers, less and less often. */
  check(): void {
    const { clock, table } = this.#options;
    if (table.goodCount === 0) this.#hasJoined = false;
    if (this.#hasJoined || this.#lookup) return;
    if (table.goodCount > 0 || clock.now() >= this.#retryAt) this.join();
  }

  close(): void {
    this.#patience?.cancel();
    this.#lookup?.stop();
  }

  #askRouters(): void {
    const { contacts, routers } = this.#options;
    for (const router of routers) {
      contacts.askStranger(router, this.#query(), {
        onReply: (reply) => {
          const nodes = contacts.nodesOf(reply);
          if (!this.#lookup) this.#lookUpOurselves();
          this.#lookup?.add(nodes);
        },
        onFailed: () => undefined,
      });
    }
  }

  #lookUpOurselves(): void {
    this.#lookup?.stop();
    this.#lookup = this.#options.contacts.lookup({
      target: this.#options.ownId(),
      body: this.#query(),
      onDone: (lookup) => {
        this.#lookup = undefined;
        if (lookup.answered === 0) return;
        this.#hasJoined = true;
        this.#retryMs = BOOTSTRAP_RETRY_MS;
      },
    });
  }

  #query() {
    return { method: 'find_node', target: this.#options.ownId(), want: this.#options.want } as const;
  }
}
