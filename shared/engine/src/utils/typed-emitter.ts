/**
 * Typed events: a map of event names to listener arguments. Listeners run in the order they were added; one that is removed during an
 * emit is not called any more by it.
 */
export class TypedEmitter<Events extends Record<keyof Events, unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<unknown>>();

  /** Returns how to stop listening (idempotent). */
  on<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): () => void {
    let listeners = this.#listeners.get(event);
    if (!listeners) this.#listeners.set(event, (listeners = new Set()));
    const added = listeners.add(listener);
    return () => {
      added.delete(listener);
    };
  }

  emit<Name extends keyof Events>(event: Name, ...args: Events[Name]): void {
    const listeners = this.#listeners.get(event) as Set<(...args: Events[Name]) => void> | undefined;
    if (!listeners) return;
    for (const listener of listeners) listener(...args);
  }

  removeAllListeners(): void {
    for (const listeners of this.#listeners.values()) listeners.clear();
    this.#listeners.clear();
  }
}
