import { CreditSender } from '@jstorrent/bridge-protocol';
import { SEND_BUFFER_BYTES } from '@jstorrent/engine';

/** Bytes that wait until the helper has room for them: it grants credit as the remote's window lets it send. */
export class SendQueue {
  readonly #credit = new CreditSender();
  #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #isFull = false;

  /** `write` sends at once; it is given no more than there is credit for. */
  constructor(private readonly write: (data: Uint8Array) => void) {}

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** False while {@link SEND_BUFFER_BYTES} or more are queued. */
  push(data: Uint8Array): boolean {
    this.#queuedBytes += data.length;
    if (this.#chunks.length === 0 && data.length <= this.#credit.available) this.#send(data);
    else {
      this.#chunks.push(data);
      this.#drain();
    }
    this.#isFull ||= this.#queuedBytes >= SEND_BUFFER_BYTES;
    return !this.#isFull;
  }

  /** The helper granted credit. True when `push` answered false before and would not now. */
  grant(bytes: number): boolean {
    this.#credit.grant(bytes);
    this.#drain();
    if (!this.#isFull || this.#queuedBytes >= SEND_BUFFER_BYTES) return false;
    this.#isFull = false;
    return true;
  }

  clear(): void {
    this.#chunks = [];
    this.#queuedBytes = 0;
  }

  #drain(): void {
    let sent = 0;
    for (const chunk of this.#chunks) {
      const room = this.#credit.available;
      if (chunk.length > room) {
        if (room > 0) {
          this.#send(chunk.subarray(0, room));
          this.#chunks[sent] = chunk.subarray(room);
        }
        break;
      }
      this.#send(chunk);
      sent++;
    }
    if (sent > 0) this.#chunks.splice(0, sent);
  }

  #send(data: Uint8Array): void {
    this.#credit.spend(data.length);
    this.#queuedBytes -= data.length;
    this.write(data);
  }
}
