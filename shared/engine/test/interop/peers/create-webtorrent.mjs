/** WebTorrent as the tests and the benchmark want it: without WebRTC, in plaintext over TCP, and found by nobody but who is meant to. */
import { register } from 'node:module';

/** Native WebRTC is not built on every machine, so its module becomes three empty classes. */
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

/** `dht`: as WebTorrent takes it; false for none. */
export const createWebTorrent = ({ port, dht }) =>
  new WebTorrent({
    torrentPort: port,
    dht,
    lsd: false,
    natUpnp: false,
    natPmp: false,
    utp: false,
    utPex: false,
    // Plaintext: it would otherwise open every connection with an encrypted handshake.
    secure: 0,
  });
