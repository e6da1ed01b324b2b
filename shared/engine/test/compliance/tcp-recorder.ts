import type { ITcpSocket, SocketError } from '../../src/interfaces/socket.js';

/** Takes a socket's events and keeps what they said. */
export class TcpRecorder {
  readonly #chunks: Uint8Array[] = [];
  receivedBytes = 0;
  dataEvents = 0;
  drains = 0;
  ends = 0;
  closes = 0;
  closeError: SocketError | undefined;

  /** `onEnd: false` leaves that handler out; `onData` runs after each arrival was noted. */
  constructor(socket: ITcpSocket, options: { readonly onEnd?: boolean; readonly onData?: () => void } = {}) {
    socket.setHandlers({
      onData: (data) => {
        this.#chunks.push(new Uint8Array(data));
        this.receivedBytes += data.byteLength;
        this.dataEvents++;
        options.onData?.();
      },
      onDrain: () => this.drains++,
      ...(options.onEnd !== false && { onEnd: () => this.ends++ }),
      onClose: (error) => {
        this.closes++;
        this.closeError = error;
      },
    });
  }

  get events(): number {
    return this.dataEvents + this.drains + this.ends + this.closes;
  }

  get received(): Uint8Array {
    const joined = new Uint8Array(this.receivedBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return joined;
  }
}
