import { ExtensionBrowser } from '../../extension/e2e/harness.js';
import { BytePump } from '../sources/byte-pump.js';
import type { Contestant } from '../contestant.js';
import type { Lane, NullEngineReply, NullEngineRequest } from '../null-engine/messages.js';
import type { Swarm } from '../sources/swarm.js';

export interface NullEngineOptions {
  /** What `buildNullExtension` left. */
  readonly extension: string;
  readonly lane: Lane;
  readonly sizeBytes: number;
}

/** Where the bytes come from, and how the null engine asks for them. */
interface Source {
  readonly request: NullEngineRequest;
  contact(): Promise<void>;
  close(): void;
  readonly servedBytes?: () => Promise<number>;
}

/** The most that the lane carries: plain bytes that cost their source nothing, through the same extension and helper, thrown away. */
export function bareLane(options: NullEngineOptions): Contestant {
  return contestant('bare lane', options, async () => {
    const pump = await BytePump.start(options.sizeBytes);
    return {
      request: { type: 'receive', port: pump.port, bytes: options.sizeBytes },
      contact: () => pump.contact(),
      close: () => pump.close(),
    };
  });
}

/** Moves the same blocks from the same seeder, which wants its part of the processors, by the same lane, and throws them away. */
export function nullEngine(options: NullEngineOptions, swarm: Swarm): Contestant {
  return contestant('null engine', options, async () => ({
    request: {
      type: 'leech',
      port: swarm.endpoints[0]?.port ?? 0,
      infoHash: await swarm.infoHash(),
      bytes: options.sizeBytes,
    },
    contact: () => swarm.contact(),
    close: () => undefined,
    servedBytes: () => swarm.servedBytes(),
  }));
}

function contestant(
  name: string,
  { extension, lane }: NullEngineOptions,
  openSource: () => Promise<Source>,
): Contestant {
  return {
    name,
    start: async () => {
      const browser = await ExtensionBrowser.launch({ helper: 'registered', extension });
      const { servedBytes, ...source } = await openSource();
      const close = async () => {
        source.close();
        await browser.close();
      };
      try {
        const { page } = await browser.openRpc();
        const ask = async (request: NullEngineRequest): Promise<number> => {
          const reply = await page.evaluate(
            (message) => chrome.runtime.sendMessage<NullEngineRequest, NullEngineReply>(message),
            request,
          );
          if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
          return reply.at;
        };
        await page.evaluate(() => chrome.runtime.sendMessage({ type: 'ensureEngine' }));
        await ask({ type: 'openLane', lane });
        let received: Promise<number> | undefined;
        const browserPid = await browser.browserPid();
        return {
          begin: async () => {
            received = ask(source.request);
            await Promise.race([source.contact(), received]);
            return browserPid;
          },
          finish: async () => (await received) ?? Number.NaN,
          ...(servedBytes ? { servedBytes } : {}),
          close,
        };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}
