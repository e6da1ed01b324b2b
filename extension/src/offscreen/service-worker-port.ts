import browser, { type Runtime } from 'webextension-polyfill';
import { BRIDGE_PORT, type HostRequest } from '../lib/host-messages.js';
import type { HelperPort } from '../lib/relay-messages.js';
import type { WorkerReply } from '../rpc/worker-messages.js';

/** How the engine's document speaks to the service worker; every message wakes the worker when it sleeps. */
export class ServiceWorkerPort {
  #onPort: ((port: MessagePort) => void) | undefined;
  #onLifeline: ((lifeline: Runtime.Port) => void) | undefined;

  constructor() {
    navigator.serviceWorker.onmessage = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.data === BRIDGE_PORT && port) this.#onPort?.(port);
    };
    browser.runtime.onConnect.addListener((lifeline) => {
      if (lifeline.name === BRIDGE_PORT) this.#onLifeline?.(lifeline);
    });
  }

  /** A port to a helper that was started for it. */
  async openHelper(): Promise<HelperPort> {
    const arrival = Promise.all([
      new Promise<MessagePort>((resolve) => (this.#onPort = resolve)),
      new Promise<Runtime.Port>((resolve) => (this.#onLifeline = resolve)),
    ]);
    await this.tell({ type: 'openBridge' });
    const [port, lifeline] = await arrival;
    return {
      port,
      onGone: (listener) => lifeline.onDisconnect.addListener(listener),
      close: () => {
        port.close();
        lifeline.disconnect();
      },
    };
  }

  async tell(request: HostRequest): Promise<void> {
    const reply = await browser.runtime.sendMessage<HostRequest, WorkerReply | undefined>(request);
    if (!reply?.ok) throw new Error(reply?.message ?? 'the service worker gave no answer');
  }
}
