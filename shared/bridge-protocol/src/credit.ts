import { BridgeProtocolError } from './errors.js';
import {
  INITIAL_CREDIT_BYTES,
  MAX_CREDIT_BYTES,
  MINIMUM_CREDIT_BYTES,
  TOTAL_CREDIT_BYTES,
  UDP_CREDIT_BYTES,
} from './limits.js';

/** A CREDIT payload. */
export function encodeCredit(bytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(bytes >>> 24, bytes >>> 16, bytes >>> 8, bytes);
}

/** Reads a CREDIT payload: 1 byte to 4 MiB; throws `bad-payload` or `credit-too-large`. */
export function decodeCredit(payload: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = payload;
  const bytes = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  if (payload.length !== 4 || bytes === 0) throw new BridgeProtocolError('bad-payload', 'Credit is one u32 over 0');
  if (bytes > MAX_CREDIT_BYTES) throw new BridgeProtocolError('credit-too-large', `A credit of ${bytes} bytes`);
  return bytes;
}

/** What one end may still send on a socket. It starts with nothing. */
export class CreditSender {
  #available = 0;

  /** Bytes that may be sent now. */
  get available(): number {
    return this.#available;
  }

  /** The receiver granted more; throws `credit-too-large` when that makes more than 4 MiB. */
  grant(bytes: number): void {
    if (this.#available + bytes > MAX_CREDIT_BYTES) {
      throw new BridgeProtocolError('credit-too-large', `A credit of ${this.#available + bytes} bytes`);
    }
    this.#available += bytes;
  }

  /** Bytes go out; the caller has looked at `available`. */
  spend(bytes: number): void {
    this.#available -= bytes;
  }
}

/** The share of {@link TOTAL_CREDIT_BYTES} that the TCP sockets of one direction take up; one for each receiving end. */
export class CreditBudget {
  #free = TOTAL_CREDIT_BYTES;

  /** The window of a new socket: 256 KiB, less as the budget runs short, so that some of it is always left for growing. */
  open(): number {
    const bytes = Math.max(MINIMUM_CREDIT_BYTES, Math.min(INITIAL_CREDIT_BYTES, Math.floor(this.#free / 8)));
    this.#free -= bytes;
    return bytes;
  }

  /** What a window of `windowBytes` may grow by: it doubles, to 4 MiB, while at most half of what is free goes to one. */
  grow(windowBytes: number): number {
    const wanted = Math.min(windowBytes, MAX_CREDIT_BYTES - windowBytes);
    const bytes = Math.max(0, Math.min(wanted, Math.floor(this.#free / 2)));
    this.#free -= bytes;
    return bytes;
  }

  /** A socket is gone. */
  close(windowBytes: number): void {
    this.#free += windowBytes;
  }
}

/**
 * The receiving end of a socket: decides how much credit the sender has. Send what {@link CreditReceiver.start} returns as CREDIT when the
 * consumer is ready, report each DATA with `received` and each byte used up with `consumed`; a consumer that pauses
 * simply stops reporting, and the sender runs dry.
 */
export class CreditReceiver {
  readonly #budget: CreditBudget | undefined;
  #window: number;
  /** Granted and not received. */
  #outstanding = 0;
  /** Received and not consumed. */
  #held = 0;
  #consumedSinceGrowth = 0;

  private constructor(window: number, budget: CreditBudget | undefined) {
    this.#window = window;
    this.#budget = budget;
  }

  /** For a TCP socket: the window doubles with use, within the budget. */
  static forTcp(budget: CreditBudget): CreditReceiver {
    return new CreditReceiver(budget.open(), budget);
  }

  /** For a UDP socket: a fixed window, which is its queue. */
  static forUdp(): CreditReceiver {
    return new CreditReceiver(UDP_CREDIT_BYTES, undefined);
  }

  /** The first grant; once. */
  start(): number {
    return this.#grant();
  }

  /** Bytes arrived; throws `credit-overflow` when they were not granted. */
  received(bytes: number): void {
    if (bytes > this.#outstanding) {
      throw new BridgeProtocolError('credit-overflow', `${bytes} bytes with a credit of ${this.#outstanding}`);
    }
    this.#outstanding -= bytes;
    this.#held += bytes;
  }

  /** Bytes were used up. Returns the credit to grant now, 0 most of the time: grants come in quarters of the window. */
  consumed(bytes: number): number {
    this.#held -= bytes;
    this.#consumedSinceGrowth += bytes;
    if (this.#consumedSinceGrowth >= this.#window && this.#budget) {
      this.#window += this.#budget.grow(this.#window);
      this.#consumedSinceGrowth = 0;
    }
    return this.#window - this.#outstanding - this.#held >= this.#window / 4 ? this.#grant() : 0;
  }

  /** Gives the window back to the budget. Idempotent. */
  close(): void {
    this.#budget?.close(this.#window);
    this.#window = 0;
  }

  #grant(): number {
    const bytes = Math.max(0, this.#window - this.#outstanding - this.#held);
    this.#outstanding += bytes;
    return bytes;
  }
}
