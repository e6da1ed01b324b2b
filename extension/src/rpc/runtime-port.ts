import type { RpcPort, RpcPortHandlers } from './port.js';

/** Name of the ports that views open to the engine host; every other context of the extension leaves them alone. */
export const VIEW_PORT_NAME = 'jstorrent-view';

/** The part of `chrome.runtime.Port` that is used here. */
interface RuntimePort {
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

/** A port of the extension's own messaging as an {@link RpcPort}. */
export class RuntimeRpcPort implements RpcPort {
  #isOpen = true;

  constructor(private readonly port: RuntimePort) {}

  setHandlers(handlers: RpcPortHandlers): void {
    this.port.onMessage.addListener((message) => {
      if (this.#isOpen) handlers.onMessage(message);
    });
    this.port.onDisconnect.addListener(() => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      handlers.onClose();
    });
  }

  post(message: unknown): void {
    if (this.#isOpen) this.port.postMessage(message);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.port.disconnect();
  }
}
