/**
 * Our engine on Node with one torrent, driven by JSON lines: `port [session files]`. With a session its torrents go on beside that one, their
 * data in the folder `files`.
 */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { FileSessionStore, NodeFileSystem } from '@jstorrent/engine/node';
import { TransientSessionStore } from '../../shared/engine/dist/cli/transient-session-store.js';
import { serveLines } from '../../shared/engine/test/interop/peers/serve-lines.mjs';
import { composeClient } from './compose.mjs';
import { DiscardingFiles } from './discarding-files.mjs';

const [port, session, files] = process.argv.slice(2);
const client = composeClient({
  store: session === undefined ? new TransientSessionStore() : new FileSessionStore(session),
  files: new NodeFileSystem(files ?? tmpdir()),
  settings: { listenPort: Number(port), maxActiveDownloads: 0, maxActiveSeeds: 0, maxActiveTorrents: 0 },
});
let torrent;

const add = async (source, dir, { isDiscarded = false } = {}) => {
  client.roots.set(dir, { kind: 'direct', files: isDiscarded ? new DiscardingFiles() : new NodeFileSystem(dir) });
  ({ torrent } = await client.add(source, { root: dir }));
};
const metainfoOf = async (path) => ({ metainfo: new Uint8Array(await readFile(path)) });

serveLines({
  /** Resolves once the torrents of the session go on too; to how many these are. */
  start: async () => {
    await client.start();
    while (client.torrents.some(({ state }) => state.kind !== 'seeding' && state.kind !== 'stopped')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { torrents: client.torrents.filter(({ state }) => state.kind === 'seeding').length };
  },
  seed: async ({ torrent: path, dir, uploadLimit }) => {
    await add(await metainfoOf(path), dir);
    if (uploadLimit > 0) torrent.setLimits({ uploadLimitBytesPerSecond: uploadLimit });
  },
  leech: async ({ source, dir, downloadLimit, isDiscarded }) => {
    await add('magnet' in source ? source : await metainfoOf(source.torrentFile), dir, { isDiscarded });
    if (downloadLimit > 0) torrent.setLimits({ downloadLimitBytesPerSecond: downloadLimit });
  },
  addPeer: (endpoint) => torrent.addPeer(endpoint, 'manual'),
  status: () => {
    const { state, wantedBytes, wantedDoneBytes } = torrent.snapshot();
    if (state.kind === 'failed') throw new Error(state.problem.message);
    return { isDone: state.kind === 'seeding', verifiedShare: wantedBytes === 0 ? 0 : wantedDoneBytes / wantedBytes };
  },
});
