import { BRIDGE_PORT, type HostRequest } from '../lib/host-messages.js';
import type { WorkerReply } from '../rpc/worker-messages.js';

/** How the engine's document speaks to the service worker; every message wakes the worker when it sleeps. */
export class ServiceWorkerPort {
  #onPort: ((port: MessagePort) => void) | undefined;

  constructor() {
    navigator.serviceWorker.onmessage = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.data === BRIDGE_PORT && port) this.#onPort?.(port);
    };
  }

  /** A port to a helper that was started for it. */
  async openBridge(): Promise<MessagePort> {
    const arrival = new Promise<MessagePort>((resolve) => (this.#onPort = resolve));
    await this.tell({ type: 'openBridge' });
    return arrival;
  }

  async tell(request: HostRequest): Promise<void> {
    const reply = await chrome.runtime.sendMessage<HostRequest, WorkerReply | undefined>(request);
    if (!reply?.ok) throw new Error(reply?.message ?? 'the service worker gave no answer');
  }
}
