/** WebTorrent: `port [router]`. */
import { once } from 'node:events';
import { createWebTorrent } from '../../shared/engine/test/interop/peers/create-webtorrent.mjs';
import { serveMagnet } from './serve-magnet.mjs';

const [port, router] = process.argv.slice(2);
const client = createWebTorrent({ port: Number(port), dht: router === undefined ? false : { bootstrap: [router] } });

serveMagnet({
  start: async () => {
    if (router !== undefined && !client.dht.ready) await once(client.dht, 'ready');
  },
  add: (magnet, dir, { onMetadata, onPiece, onError }) => {
    client.on('error', onError);
    const torrent = client.add(magnet, { path: dir });
    torrent.on('metadata', onMetadata);
    torrent.on('verified', onPiece);
  },
});
