/** Most requests of one peer that wait; also what we advertise as BEP 10 `reqq`. */
export const MAX_QUEUED_REQUESTS = 2000;
/** Longest block served. We ask for 16 KiB; some old clients ask for more, and 128 KiB is where everybody draws the line. */
const MAX_REQUEST_BYTES = 128 * 1024;
const MIN_WATERMARK_BYTES = 64 * 1024;
const MAX_WATERMARK_BYTES = 2 * 1024 * 1024;
/** Seconds of sending, at the present rate, that are kept ready. */
const WATERMARK_SECONDS = 0.5;

/** A block that a peer asked for: `length` bytes at `begin` of piece `index`. */
export interface UploadRequest {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

/**
 * What became of a request. All but `queued` are answered with REJECT where BEP 6 was agreed and with silence elsewhere; `invalid` is
 * nothing an honest peer sends.
 */
export type RequestOutcome = 'queued' | 'choked' | 'full' | 'not-available' | 'invalid';

export interface UploadConditions {
  readonly isChoked: boolean;
  /** Length in bytes of a piece; undefined for an index that the torrent does not have. */
  pieceLength(index: number): number | undefined;
  /** True for pieces that are verified and on disk. */
  hasPiece(index: number): boolean;
}

/** The requests of one peer, served in order, no faster than its socket takes them. */
export class UploadQueue {
  #waiting: UploadRequest[] = [];
  /** Start of the live part of `#waiting`, so that taking the first moves nothing. */
  #head = 0;
  #readingBytes = 0;

  /** Requests that wait. */
  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** Takes a REQUEST, or says why not. Any 32-bit values may come in. */
  add(request: UploadRequest, conditions: UploadConditions): RequestOutcome {
    const pieceLength = conditions.pieceLength(request.index);
    if (pieceLength === undefined || request.length < 1 || request.length > MAX_REQUEST_BYTES) return 'invalid';
    if (request.begin + request.length > pieceLength) return 'invalid';
    if (conditions.isChoked) return 'choked';
    if (!conditions.hasPiece(request.index)) return 'not-available';
    if (this.length >= MAX_QUEUED_REQUESTS) return 'full';
    this.#waiting.push(request);
    return 'queued';
  }

  /** Takes a CANCEL. False when no such request waits: it was served, is being read, or never came. */
  cancel(request: UploadRequest): boolean {
    for (let position = this.#head; position < this.#waiting.length; position++) {
      const waiting = this.#waiting[position] as UploadRequest;
      if (waiting.index !== request.index || waiting.begin !== request.begin || waiting.length !== request.length)
        continue;
      this.#waiting.splice(position, 1);
      return true;
    }
    return false;
  }

  /**
   * The next block to read, while what is on its way is below the watermark. The caller reads it, hands it to the socket or gives up,
   * and calls `finished` either way.
   */
  next(sending: { readonly socketQueuedBytes: number; readonly bytesPerSecond: number }): UploadRequest | undefined {
    const request = this.#waiting[this.#head];
    if (!request || sending.socketQueuedBytes + this.#readingBytes >= watermark(sending.bytesPerSecond))
      return undefined;
    this.#head++;
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#readingBytes += request.length;
    return request;
  }

  /** A request that `next` gave is with the socket, or was given up. */
  finished(request: UploadRequest): void {
    this.#readingBytes -= request.length;
  }

  /** Empties the queue, on choke or at the end, and returns what waited, to be rejected where BEP 6 was agreed. */
  clear(): readonly UploadRequest[] {
    const waiting = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    return waiting;
  }
}

function watermark(bytesPerSecond: number): number {
  return Math.min(MAX_WATERMARK_BYTES, Math.max(MIN_WATERMARK_BYTES, bytesPerSecond * WATERMARK_SECONDS));
}
