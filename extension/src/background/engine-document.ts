import browser from 'webextension-polyfill';
import { BRIDGE_PORT, type HostAnswer, OFFSCREEN_PATH, type WorkerRequest } from '../lib/host-messages.js';
import type { HelperPort } from '../lib/relay-messages.js';

/** How often to ask a document that was still loading when another life of the service worker made it. */
const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 250;

/** The offscreen document that runs the engine. There is one, it outlives the service worker, and this makes sure that it is there. */
export class EngineDocument {
  #creation: Promise<void> | undefined;

  /** Resolves once the engine runs. */
  async ensure(): Promise<void> {
    await this.#ask({ type: 'whenReady' });
  }

  /** Brings a link to the engine, where it waits for the user, or why it cannot be taken does. */
  async offerLink(link: string): Promise<void> {
    await this.#ask({ type: 'offerLink', link });
  }

  /** Has the engine ask for a reload as soon as that disturbs nothing. */
  async updateAvailable(): Promise<void> {
    await this.#ask({ type: 'updateAvailable' });
  }

  /** A message port to the document, which takes transferred buffers, with a lifeline beside it. */
  async openPort(): Promise<HelperPort> {
    const scope = self as unknown as ServiceWorkerScope;
    const clients = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const document = clients.find((client) => new URL(client.url).pathname === `/${OFFSCREEN_PATH}`);
    if (!document) throw new Error('the engine is not there');
    const { port1: port, port2 } = new MessageChannel();
    const lifeline = browser.runtime.connect({ name: BRIDGE_PORT });
    document.postMessage(BRIDGE_PORT, [port2]);
    return {
      port,
      onGone: (listener) => lifeline.onDisconnect.addListener(listener),
      close: () => {
        port.close();
        lifeline.disconnect();
      },
    };
  }

  async #create(): Promise<void> {
    if (await chrome.offscreen.hasDocument()) return;
    await chrome.offscreen.createDocument({
      url: OFFSCREEN_PATH,
      reasons: ['WORKERS'],
      justification: 'Runs the BitTorrent engine and its workers for as long as downloads go on.',
    });
  }

  async #ask(request: WorkerRequest): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await (this.#creation ??= this.#create().finally(() => (this.#creation = undefined)));
      const answer = await browser.runtime
        .sendMessage<WorkerRequest, HostAnswer | undefined>(request)
        .catch(() => undefined);
      if (answer?.ok) return;
      if (answer) {
        // What did not start will not: the next one to ask gets a fresh document.
        await chrome.offscreen.closeDocument().catch(() => undefined);
        throw new Error(answer.message);
      }
      if (attempt === ATTEMPTS) throw new Error('the engine gave no answer');
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_INTERVAL_MS));
    }
  }
}
