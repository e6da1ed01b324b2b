import { framesMessage, NATIVE_HOST_NAME, parseNativeMessage } from '@jstorrent/bridge-protocol';
import browser, { type Runtime } from 'webextension-polyfill';
import type { FromHelper, HelperPort, ToHelper } from '../lib/relay-messages.js';

/**
 * Owns the native port, which only the service worker can have, and passes on what goes through it. Its being open keeps the worker
 * alive; it knows nothing of what it carries.
 */
export class NativeRelay {
  #native: Runtime.Port | undefined;

  /** Starts a fresh helper for the document at the other end. The one before, if any, ends: there is never a second. */
  open(document: HelperPort): void {
    this.#native?.disconnect();
    const native = browser.runtime.connectNative(NATIVE_HOST_NAME);
    this.#native = native;
    const end = (reason: string) => {
      document.port.postMessage({ closed: reason } satisfies FromHelper);
      this.#release(native);
    };
    native.onMessage.addListener((message: unknown) => {
      try {
        toDocument(document.port, message);
      } catch (error) {
        end(String(error));
      }
    });
    native.onDisconnect.addListener(() => end(browser.runtime.lastError?.message ?? 'the helper exited'));
    document.port.onmessage = (event: MessageEvent<ToHelper>) => toHelper(native, event.data);
    document.onGone(() => this.#release(native));
  }

  #release(native: Runtime.Port): void {
    native.disconnect();
    if (this.#native === native) this.#native = undefined;
  }
}

function toDocument(port: MessagePort, raw: unknown): void {
  const message = parseNativeMessage(raw);
  if ('hello' in message) {
    port.postMessage({ hello: message.hello } satisfies FromHelper);
    return;
  }
  const frames = Uint8Array.fromBase64(message.frames);
  port.postMessage({ frames } satisfies FromHelper, [frames.buffer]);
}

function toHelper(native: Runtime.Port, message: ToHelper): void {
  native.postMessage('hello' in message ? { hello: message.hello } : framesMessage(message.frames.toBase64()));
}
