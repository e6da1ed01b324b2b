/** One WebTorrent client with one torrent, driven by JSON lines: { id, op, ... } in, { id, result | error } out. */
import { register } from 'node:module';
import { createInterface } from 'node:readline';

/** Native WebRTC is not built on every machine and TCP is all that is wanted here, so its module becomes three empty classes. */
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

const client = new WebTorrent({
  torrentPort: Number(process.argv[2]),
  dht: false,
  lsd: false,
  natUpnp: false,
  natPmp: false,
  utp: false,
  utPex: false,
  // Plaintext: it would otherwise open every connection with an encrypted handshake.
  secure: 0,
});
let torrent;
let failure;
client.on('error', (error) => (failure = String(error)));

const add = (source, path) => {
  torrent = client.add(source, { path });
  torrent.on('error', (error) => (failure = String(error)));
};

const operations = {
  seed: ({ torrent: file, dir, uploadLimit }) => {
    if (uploadLimit > 0) client.throttleUpload(uploadLimit);
    add(file, dir);
  },
  leech: ({ source, dir, downloadLimit }) => {
    if (downloadLimit > 0) client.throttleDownload(downloadLimit);
    add(source, dir);
  },
  addPeer: ({ host, port }) => {
    torrent.addPeer(`${host}:${port}`);
  },
  status: () => {
    if (failure !== undefined) throw new Error(failure);
    return { isDone: torrent.done, progress: torrent.progress, peers: torrent.numPeers };
  },
};

createInterface(process.stdin)
  .on('line', (line) => {
    const { id, op, ...args } = JSON.parse(line);
    let reply;
    try {
      reply = { id, result: operations[op](args) ?? null };
    } catch (error) {
      reply = { id, error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  })
  .on('close', () => process.exit());
