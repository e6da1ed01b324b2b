/** Our engine on Node as it is built, composed as the command line composes it: `port [router]`. */
import { tmpdir } from 'node:os';
import { Client, dhtDiscovery, trackerFactory } from '@jstorrent/engine';
import {
  NodeClock,
  NodeFileSystem,
  NodeHasher,
  NodeHttpClient,
  NodeRandom,
  NodeSocketFactory,
} from '@jstorrent/engine/node';
import { TransientSessionStore } from '../../shared/engine/dist/cli/transient-session-store.js';
import { serveMagnet } from './serve-magnet.mjs';

const [port, router] = process.argv.slice(2);
const [clock, random, hasher] = [new NodeClock(), new NodeRandom(), new NodeHasher()];
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const client = new Client({
  sockets: new NodeSocketFactory(),
  hasher,
  clock,
  random,
  store: new TransientSessionStore(),
  logger,
  // Each torrent names its own folder.
  roots: new Map([['default', { kind: 'direct', files: new NodeFileSystem(tmpdir()) }]]),
  createDiscoveries: [dhtDiscovery({ clock, random, hasher, logger })],
  createTrackers: trackerFactory({ http: new NodeHttpClient({ allowAddress: () => true }), clock, random }),
  settings: {
    listenPort: Number(port),
    allowLocalPeers: true,
    enableDht: router !== undefined,
    dhtBootstrap: router === undefined ? [] : [router],
    enablePex: false,
    enableLsd: false,
  },
  version: '0.0.0',
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
