import type { ITcpSocket } from '@jstorrent/engine';
import { BLOCK_BYTES, type Leech, PIECE_BYTES } from './messages.js';

/** Requests under way: libtorrent's own limit of what a leecher has outstanding. */
const OUTSTANDING_BLOCKS = 500;
const REQUEST_BYTES = 17;
const BLOCK_HEADER_BYTES = 13;
const INTERESTED = Uint8Array.of(0, 0, 0, 1, 2);
const UNCHOKE = Uint8Array.of(0, 0, 0, 1, 1);
const encoder = new TextEncoder();

/** As much of a leecher as makes a seeder send everything once, in order (BEP 3): nothing is looked at, verified or kept. */
export async function leechIntoNothing(socket: ITcpSocket, { infoHash, bytes }: Leech): Promise<void> {
  const blocks = bytes / BLOCK_BYTES;
  const expected = blocks * (BLOCK_HEADER_BYTES + BLOCK_BYTES);
  let isUnchoked = false;
  let received = 0;
  let requested = 0;
  const refill = () => {
    const wanted = Math.min(blocks, Math.floor(received / (BLOCK_HEADER_BYTES + BLOCK_BYTES)) + OUTSTANDING_BLOCKS);
    if (wanted === requested) return;
    const burst = new DataView(new ArrayBuffer((wanted - requested) * REQUEST_BYTES));
    for (let at = 0; requested < wanted; requested++, at += REQUEST_BYTES) writeRequest(burst, at, requested);
    socket.send(new Uint8Array(burst.buffer));
  };
  await new Promise<void>((resolve, reject) => {
    socket.setHandlers({
      onData: (data) => {
        if (isUnchoked) received += data.length;
        else isUnchoked = endsWith(data, UNCHOKE);
        if (isUnchoked) refill();
        if (received >= expected) resolve();
      },
      onClose: () => reject(new Error(`closed with ${expected - received} bytes missing`)),
    });
    socket.send(handshake(infoHash));
    socket.send(INTERESTED);
  });
}

function handshake(infoHash: string): Uint8Array {
  const bytes = new Uint8Array(68);
  bytes.set(encoder.encode('\x13BitTorrent protocol'));
  bytes.set(Uint8Array.fromHex(infoHash), 28);
  bytes.set(encoder.encode('-NU0000-            '), 48);
  return bytes;
}

function writeRequest(view: DataView, at: number, block: number): void {
  const position = block * BLOCK_BYTES;
  view.setUint32(at, REQUEST_BYTES - 4);
  view.setUint8(at + 4, 6);
  view.setUint32(at + 5, Math.floor(position / PIECE_BYTES));
  view.setUint32(at + 9, position % PIECE_BYTES);
  view.setUint32(at + 13, BLOCK_BYTES);
}

function endsWith(data: Uint8Array, end: Uint8Array): boolean {
  return end.every((byte, index) => data[data.length - end.length + index] === byte);
}
