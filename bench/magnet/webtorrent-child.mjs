/** WebTorrent: `port [router]`. TCP in plaintext. */
import { once } from 'node:events';
import { register } from 'node:module';
import { serveMagnet } from './serve-magnet.mjs';

/** Native WebRTC is not built on every machine and is not wanted here: its module becomes three empty classes. */
const webrtcStub = ['RTCPeerConnection', 'RTCSessionDescription', 'RTCIceCandidate']
  .map((name) => `export class ${name} {}`)
  .join('\n');
const toDataUrl = (source) => `data:text/javascript,${encodeURIComponent(source)}`;
register(
  toDataUrl(`export const resolve = (specifier, context, next) => specifier === 'webrtc-polyfill'
    ? { url: ${JSON.stringify(toDataUrl(webrtcStub))}, shortCircuit: true }
    : next(specifier, context);`),
);
const { default: WebTorrent } = await import('webtorrent');

const [port, router] = process.argv.slice(2);
const client = new WebTorrent({
  torrentPort: Number(port),
  dht: router === undefined ? false : { bootstrap: [router] },
  lsd: false,
  natUpnp: false,
  natPmp: false,
  utp: false,
  utPex: false,
  secure: 0,
});

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
