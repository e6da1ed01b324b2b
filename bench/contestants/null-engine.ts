import { ExtensionBrowser } from '../../extension/e2e/harness.js';
import { BytePump } from '../byte-pump.js';
import type { Contestant } from '../contestant.js';
import type { Lane, NullEngineReply, NullEngineRequest } from '../null-engine/messages.js';

export interface NullEngineOptions {
  /** What `buildNullExtension` left. */
  readonly extension: string;
  readonly lane: Lane;
  readonly sizeBytes: number;
}

/** The same bytes through the same lane of the same extension, thrown away. */
export function nullEngine({ extension, lane, sizeBytes }: NullEngineOptions): Contestant {
  return {
    name: 'null engine',
    start: async () => {
      const browser = await ExtensionBrowser.launch({ helper: 'registered', extension });
      const pump = await BytePump.start(sizeBytes);
      const { page } = await browser.openRpc();
      const ask = async (request: NullEngineRequest): Promise<number> => {
        const reply = await page.evaluate(
          (message) => chrome.runtime.sendMessage<NullEngineRequest, NullEngineReply>(message),
          request,
        );
        if ('error' in reply) throw new Error(`null engine: ${reply.error}`);
        return reply.at;
      };
      let received: Promise<number> | undefined;
      const close = async () => {
        pump.close();
        await browser.close();
      };
      try {
        await page.evaluate(() => chrome.runtime.sendMessage({ type: 'ensureEngine' }));
        await ask({ type: 'openLane', lane });
      } catch (error) {
        await close();
        throw error;
      }
      return {
        rootPid: await browser.browserPid(),
        begin: async () => {
          received = ask({ type: 'receive', port: pump.port, bytes: sizeBytes });
          await Promise.race([pump.contact(), received]);
        },
        finish: async () => (await received) ?? Number.NaN,
        close,
      };
    },
  };
}
