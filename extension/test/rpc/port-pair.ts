import type { RpcPort, RpcPortHandlers } from '../../src/rpc/port.js';

class MemoryPort implements RpcPort {
  peer: MemoryPort | undefined;
  /** Everything that arrived here, for counting. */
  readonly received: unknown[] = [];
  #handlers: RpcPortHandlers | undefined;
  #isOpen = true;

  setHandlers(handlers: RpcPortHandlers): void {
    this.#handlers = handlers;
  }

  post(message: unknown): void {
    if (!this.#isOpen) return;
    const text = JSON.stringify(message);
    queueMicrotask(() => this.peer?.deliver(JSON.parse(text)));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    queueMicrotask(() => this.peer?.lose());
  }

  deliver(message: unknown): void {
    if (!this.#isOpen) return;
    this.received.push(message);
    this.#handlers?.onMessage(message);
  }

  lose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#handlers?.onClose();
  }
}

/** Two ends that carry only JSON, in order, as the ports of the extension do. */
export function createPortPair(): { readonly view: MemoryPort; readonly host: MemoryPort } {
  const view = new MemoryPort();
  const host = new MemoryPort();
  view.peer = host;
  host.peer = view;
  return { view, host };
}
