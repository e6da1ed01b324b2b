/** Operations on one key follow one another; those on different keys do not wait for each other. */
export class KeyedTurns {
  /** By key: the end of what was asked for last. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `operation` when those before it have ended, well or not. */
  run<T>(key: string, operation: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(operation, operation);
    const onEnd = () => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    };
    this.#last.set(key, turn);
    turn.then(onEnd, onEnd);
    return turn;
  }
}
