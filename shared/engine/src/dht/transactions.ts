import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { KrpcErrorMessage, KrpcReply } from '../protocol/krpc.js';
import { toHex } from '../utils/bytes.js';
import { parseIp } from '../utils/ip-address.js';
import { FULL_TIMEOUT_MS, MAX_PENDING_QUERIES, SHORT_TIMEOUT_MS } from './limits.js';

/** How a query ends: one of `onReply` and `onFailed`, once; `onSlow` may come before. None of them may throw. */
export interface QueryHandlers {
  /** `from` is where we sent to, or what its name stands for. */
  onReply(reply: KrpcReply, from: Endpoint): void;
  /** No reply within a second; it may still come. */
  onSlow?(): void;
  /** No reply within 15 s, an error, or too many queries already. */
  onFailed(): void;
}

interface Transaction {
  readonly to: Endpoint;
  /** What was sent to is a name: the reply comes from an address that is not known before. */
  readonly isName: boolean;
  readonly handlers: QueryHandlers;
  timer: ITimer;
}

/** Unguessable, so that only who got the query can answer it. */
const ID_BYTES = 4;

/** The queries that wait for their reply, by transaction id. */
export class Transactions {
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #pending = new Map<string, Transaction>();

  constructor(options: { readonly clock: IClock; readonly random: IRandom }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Begins one that is sent now and returns its id; undefined, with nothing called, when too many are under way. */
  begin(to: Endpoint, handlers: QueryHandlers): Uint8Array | undefined {
    if (this.#pending.size >= MAX_PENDING_QUERIES) return undefined;
    const id = this.#random.bytes(ID_BYTES);
    const key = toHex(id);
    if (this.#pending.has(key)) return undefined;
    const isName = parseIp(to.host) === undefined;
    const timer = this.#clock.setTimer(SHORT_TIMEOUT_MS, () => this.#becomeSlow(key));
    this.#pending.set(key, { to, isName, handlers, timer });
    return id;
  }

  /** Ends the transaction that a message answers; false when there is none with that id and endpoint. */
  settle(message: KrpcReply | KrpcErrorMessage, from: Endpoint): boolean {
    const key = toHex(message.transactionId);
    const transaction = this.#pending.get(key);
    if (!transaction || transaction.to.port !== from.port) return false;
    if (!transaction.isName && transaction.to.host !== from.host) return false;
    this.#pending.delete(key);
    transaction.timer.cancel();
    if (message.type === 'reply') transaction.handlers.onReply(message, from);
    else transaction.handlers.onFailed();
    return true;
  }

  /** Takes back one whose query was not sent after all; no handler is called. */
  cancel(id: Uint8Array): void {
    const key = toHex(id);
    this.#pending.get(key)?.timer.cancel();
    this.#pending.delete(key);
  }

  /** Forgets all of them; no handler is called any more. */
  close(): void {
    for (const { timer } of this.#pending.values()) timer.cancel();
    this.#pending.clear();
  }

  #becomeSlow(key: string): void {
    const transaction = this.#pending.get(key);
    if (!transaction) return;
    transaction.timer = this.#clock.setTimer(FULL_TIMEOUT_MS - SHORT_TIMEOUT_MS, () => {
      this.#pending.delete(key);
      transaction.handlers.onFailed();
    });
    transaction.handlers.onSlow?.();
  }
}
