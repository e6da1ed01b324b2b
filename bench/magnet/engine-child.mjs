/** Our engine on Node as it is built: `port [router]`. */
import { tmpdir } from 'node:os';
import { dhtDiscovery } from '@jstorrent/engine';
import { NodeFileSystem } from '@jstorrent/engine/node';
import { TransientSessionStore } from '../../shared/engine/dist/cli/transient-session-store.js';
import { composeClient } from '../engine/compose.mjs';
import { serveMagnet } from './serve-magnet.mjs';

const [port, router] = process.argv.slice(2);
const client = composeClient({
  store: new TransientSessionStore(),
  // Each torrent names its own folder.
  files: new NodeFileSystem(tmpdir()),
  createDiscoveries: (parts) => [dhtDiscovery(parts)],
  settings: {
    listenPort: Number(port),
    enableDht: router !== undefined,
    dhtBootstrap: router === undefined ? [] : [router],
    enablePex: false,
  },
});

serveMagnet({
  start: () => client.start(),
  add: (magnet, dir, { onMetadata, onPiece, onError }) => {
    client.roots.set(dir, { kind: 'direct', files: new NodeFileSystem(dir) });
    client.on('torrentAdded', (torrent) => {
      torrent.on('metadata', onMetadata);
      torrent.on('piece', onPiece);
    });
    client.add({ magnet }, { root: dir }).catch(onError);
  },
});
