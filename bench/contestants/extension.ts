import { readFile } from 'node:fs/promises';
import { ExtensionBrowser, type RpcPage } from '../../extension/e2e/harness.js';
import type { Contestant } from '../contestant.js';
import type { Lane } from '../null-engine/messages.js';
import type { Swarm } from '../swarm.js';

/** The whole extension in Chromium, with one lane to the helper, downloading into the browser's private files. */
export function extension(swarm: Swarm, lane: Lane): Contestant {
  return {
    name: 'extension',
    start: async () => {
      const browser = await ExtensionBrowser.launch({ helper: 'registered' });
      try {
        const rpc = await browser.openRpc();
        const endpoint = { host: '127.0.0.1', port: await readyPort(rpc, swarm, lane) };
        const browserPid = await browser.browserPid();
        return {
          begin: async () => {
            await swarm.dial(endpoint);
            await swarm.contact();
            return browserPid;
          },
          finish: async () => rpc.completionOf(await swarm.infoHash()),
          servedBytes: () => swarm.servedBytes(),
          close: () => browser.close(),
        };
      } catch (error) {
        await browser.close();
        throw error;
      }
    },
  };
}

type Snapshot = Awaited<ReturnType<RpcPage['snapshot']>>;

/** Adds the torrent, without peers, and tells where they reach the extension. */
async function readyPort(rpc: RpcPage, swarm: Swarm, lane: Lane): Promise<number> {
  await rpc.keepToThisMachine({ useFastLane: lane === 'fast' });
  await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === lane);
  const metainfo = (await readFile(swarm.torrentFile)).toString('base64');
  await rpc.request('addTorrent', { metainfo, chooseFilesFirst: false });
  const isReady = ({ client, torrents }: Snapshot) =>
    client.listenPort !== undefined && torrents[0]?.state.kind === 'downloading';
  const { client } = await rpc.waitFor(isReady);
  return client.listenPort ?? 0;
}
