/** Lets those who only look things up in a tree do so at the same time, and who changes it do so alone. In the order they come. */
export class TreeLock {
  #lastChange: Promise<unknown> = Promise.resolve();
  readonly #shared = new Set<Promise<unknown>>();

  share<T>(use: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(use);
    this.#shared.add(result);
    const onEnd = () => this.#shared.delete(result);
    result.then(onEnd, onEnd);
    return result;
  }

  change<T>(change: () => Promise<T>): Promise<T> {
    const result = Promise.allSettled([this.#lastChange, ...this.#shared]).then(change);
    this.#lastChange = result.catch(() => undefined);
    return result;
  }
}
