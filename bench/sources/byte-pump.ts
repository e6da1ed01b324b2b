import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';

const CHUNK = Buffer.alloc(1024 * 1024, 0x5a);

/** Sends everybody who connects the same number of bytes, as fast as they are taken. */
export class BytePump {
  #resolveContact: () => void = () => undefined;
  readonly #contact = new Promise<void>((resolve) => (this.#resolveContact = resolve));

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly bytes: number,
  ) {
    server.on('connection', (socket) => this.#pump(socket));
  }

  static async start(bytes: number): Promise<BytePump> {
    const port = await freePort();
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
    return new BytePump(server, port, bytes);
  }

  /** Resolves when somebody has connected. */
  contact(): Promise<void> {
    return this.#contact;
  }

  close(): void {
    this.server.close();
  }

  #pump(socket: Socket): void {
    this.#resolveContact();
    let left = this.bytes;
    const write = () => {
      let hasRoom = true;
      while (left > 0 && hasRoom) {
        const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= chunk.length;
        hasRoom = socket.write(chunk);
      }
    };
    socket.on('drain', write);
    // The receiver goes as soon as it has counted everything.
    socket.on('error', () => socket.destroy());
    write();
  }
}
