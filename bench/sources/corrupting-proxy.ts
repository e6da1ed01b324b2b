import { createServer, connect, type Server, type Socket } from 'node:net';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';
import type { PeerEndpoint } from '../../shared/engine/test/interop/peers/real-peer.js';

const HANDSHAKE_BYTES = 68;
const PIECE = 7;
/** Of a message, up to where the payload of a PIECE begins (BEP 3). */
const PIECE_HEADER_BYTES = 13;

/** Stands before a seeder and changes one byte of some of the blocks that it sends: a peer whose data is wrong now and then. */
export class CorruptingProxy {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly endpoint: PeerEndpoint,
  ) {}

  /** One block in `blocksPerCorrupt` is wrong. */
  static async start(seeder: PeerEndpoint, blocksPerCorrupt: number): Promise<CorruptingProxy> {
    const server = createServer({ noDelay: true });
    const endpoint = { host: '127.0.0.1', port: await freePort() };
    await new Promise<void>((resolve) => server.listen(endpoint, resolve));
    const proxy = new CorruptingProxy(server, endpoint);
    server.on('connection', (leecher) => proxy.#join(leecher, connect({ ...seeder, noDelay: true }), blocksPerCorrupt));
    return proxy;
  }

  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(leecher: Socket, seeder: Socket, blocksPerCorrupt: number): void {
    const damage = damager(blocksPerCorrupt);
    for (const [from, to] of [
      [leecher, seeder],
      [seeder, leecher],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (data) => {
        if (from === seeder) damage(data);
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => from.resume());
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}

/** Follows one stream of messages, whatever it is cut into, and changes the first byte of the payload of every so many blocks. */
function damager(blocksPerCorrupt: number): (data: Buffer) => void {
  const header = Buffer.alloc(PIECE_HEADER_BYTES);
  /** Bytes of the present message that have passed, and its length with its prefix once that is known. */
  let [passed, length] = [0, 0];
  let handshakeLeft = HANDSHAKE_BYTES;
  let blocks = 0;
  return (data) => {
    let at = Math.min(handshakeLeft, data.length);
    handshakeLeft -= at;
    while (at < data.length) {
      if (passed < PIECE_HEADER_BYTES && (passed < 4 || passed < length)) {
        header[passed++] = data[at++] as number;
        if (passed === 4) length = 4 + header.readUInt32BE();
        if (passed === PIECE_HEADER_BYTES && header[4] === PIECE) blocks++;
      } else {
        const isBlock = header[4] === PIECE && passed === PIECE_HEADER_BYTES;
        if (isBlock && blocks % blocksPerCorrupt === 0) data[at] = (data[at] as number) ^ 0xff;
        const taken = Math.min(length - passed, data.length - at);
        passed += taken;
        at += taken;
      }
      if (passed >= 4 && passed === length) [passed, length] = [0, 0];
    }
  };
}
