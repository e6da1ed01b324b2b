import { connect } from 'node:net';
import type { PeerEndpoint } from './real-peer.js';

const PROTOCOL = Buffer.from('\u0013BitTorrent protocol', 'latin1');
const PEER_ID = Buffer.from('-XX0000-handshake-ok', 'latin1');

/** Whether a peer answers a handshake (BEP 3) for `infoHash` (hex) now; some close such connections for a while after they started. */
export function answersHandshake(endpoint: PeerEndpoint, infoHash: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => {
      socket.write(Buffer.concat([PROTOCOL, Buffer.alloc(8), Buffer.from(infoHash, 'hex'), PEER_ID]));
    });
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
