import type { Page } from 'playwright-core';
import type { ListSnapshot, Method, Params, Result } from '../../extension/src/rpc/types.js';

/** The name by which the engine knows ports of views. */
const VIEW_PORT_NAME = 'jstorrent-view';
const POLL_MS = 250;

/** Asks the engine of the running extension, as its views do. `page` is any page of the extension. */
export async function askEngine<M extends Method>(page: Page, method: M, params: Params<M>): Promise<Result<M>> {
  const reply = (await exchange(page, { type: 'request', id: 1, method, params })) as {
    readonly result?: unknown;
    readonly error?: { readonly message: string };
  };
  if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
  return reply.result as Result<M>;
}

/** Looks at the engine's list until `find` answers, and gives that. Every look is also told to `onLook`. */
export async function waitForList<T>(
  page: Page,
  find: (list: ListSnapshot) => T | undefined,
  options: { readonly timeoutMs: number; readonly what: string },
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const { snapshot } = (await exchange(page, { type: 'subscribeList' })) as { readonly snapshot: ListSnapshot };
    const found = find(snapshot);
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new Error(`${options.what}: not within ${options.timeoutMs / 1000} s: ${JSON.stringify(snapshot)}`);
    }
    await page.waitForTimeout(POLL_MS);
  }
}

/** Opens a port, posts one message and gives the first answer. */
function exchange(page: Page, message: object): Promise<unknown> {
  return page.evaluate(
    async ([portName, posted]) => {
      await chrome.runtime.sendMessage({ type: 'ensureEngine' });
      const port = chrome.runtime.connect({ name: portName });
      try {
        return await new Promise<unknown>((resolve, reject) => {
          port.onMessage.addListener(resolve);
          port.onDisconnect.addListener(() => reject(new Error('the engine closed the port')));
          port.postMessage(posted);
        });
      } finally {
        port.disconnect();
      }
    },
    [VIEW_PORT_NAME, message] as const,
  );
}
