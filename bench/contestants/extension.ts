import { readFile } from 'node:fs/promises';
import { ExtensionBrowser, type RpcPage } from '../../extension/e2e/harness.js';
import type { Contestant } from '../contestant.js';
import type { Lane } from '../null-engine/messages.js';
import type { Swarm } from '../sources/swarm.js';

/**
 * The whole extension in Chromium, with one lane to the helper, downloading into the browser's private files. It dials, as the null engine
 * does. `watchesHeap`: looking at its memory takes a little of its time.
 */
export function extension(swarm: Swarm, lane: Lane, { watchesHeap = false } = {}): Contestant {
  return {
    name: 'extension',
    start: async () => {
      const browser = await ExtensionBrowser.launch({ helper: 'registered' });
      try {
        const rpc = await browser.openRpc();
        await makeReady(rpc, swarm, lane);
        const magnet = await swarm.magnet();
        const browserPid = await browser.browserPid();
        const heap = watchesHeap ? await browser.watchHeap() : undefined;
        return {
          begin: async () => {
            await rpc.request('addMagnet', { magnet, chooseFilesFirst: false });
            await swarm.contact();
            return browserPid;
          },
          finish: async () => rpc.completionOf(await swarm.infoHash()),
          servedBytes: () => swarm.servedBytes(),
          ...(heap && { heapBytes: () => heap.bytes() }),
          close: async () => {
            await heap?.close();
            await browser.close();
          },
        };
      } catch (error) {
        await browser.close();
        throw error;
      }
    },
  };
}

/** Adds the torrent, without peers. */
async function makeReady(rpc: RpcPage, swarm: Swarm, lane: Lane): Promise<void> {
  await rpc.keepToThisMachine({ useFastLane: lane === 'fast' });
  await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === lane);
  const metainfo = (await readFile(swarm.torrentFile)).toString('base64');
  await rpc.request('addTorrent', { metainfo, chooseFilesFirst: false });
  await rpc.waitFor(({ torrents }) => torrents[0]?.state.kind === 'downloading');
}
