import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { DatagramTarget, Endpoint } from '../interfaces/socket.js';
import { encodeKrpcQuery, type KrpcErrorMessage, type KrpcQueryBody, type KrpcReply } from '../protocol/krpc.js';
import { MAX_QUEUED_QUERIES } from './limits.js';
import { Transactions, type QueryHandlers } from './transactions.js';
import type { UploadBudget } from './upload-budget.js';

/** Where datagrams go out. The port may be shared with others; what comes in is handed to `receive` of the DHT. */
export interface DatagramPort {
  /** To an IP literal or a name. The DHT does not touch `data` again. */
  send(data: Uint8Array, to: DatagramTarget): void;
}

interface QueuedQuery {
  readonly to: DatagramTarget;
  readonly body: KrpcQueryBody;
  readonly handlers: QueryHandlers;
}

/** Credit for a query or two has grown again after this. */
const RETRY_MS = 50;

/** Sends queries and answers within the upload budget: queries wait for credit, answers are dropped without it. */
export class Rpc {
  readonly #socket: DatagramPort;
  readonly #clock: IClock;
  readonly #upload: UploadBudget;
  readonly #identity: () => { readonly id: Uint8Array; readonly isReadOnly: boolean };
  readonly #transactions: Transactions;
  #queue: QueuedQuery[] = [];
  #timer: ITimer | undefined;

  constructor(options: {
    readonly socket: DatagramPort;
    readonly clock: IClock;
    readonly random: IRandom;
    readonly upload: UploadBudget;
    /** What our queries say of us. */
    readonly identity: () => { readonly id: Uint8Array; readonly isReadOnly: boolean };
  }) {
    this.#socket = options.socket;
    this.#clock = options.clock;
    this.#upload = options.upload;
    this.#identity = options.identity;
    this.#transactions = new Transactions(options);
  }

  /** Asks once; handlers are called later, never before this returns. */
  query(to: DatagramTarget, body: KrpcQueryBody, handlers: QueryHandlers): void {
    if (this.#queue.length < MAX_QUEUED_QUERIES) this.#queue.push({ to, body, handlers });
    else this.#clock.setTimer(0, () => handlers.onFailed());
    if (!this.#timer) this.#flush();
  }

  /** Sends an answer, if the credit is there and no query waits for it. */
  answer(data: Uint8Array, to: Endpoint): void {
    if (this.#queue.length === 0 && this.#upload.take(data.length)) this.#socket.send(data, to);
  }

  /** A reply or error arrived; false when nobody asked for it. */
  settle(message: KrpcReply | KrpcErrorMessage, from: Endpoint): boolean {
    return this.#transactions.settle(message, from);
  }

  /** No handler is called any more. */
  close(): void {
    this.#timer?.cancel();
    this.#queue = [];
    this.#transactions.close();
  }

  #flush(): void {
    this.#timer = undefined;
    let sent = 0;
    for (const query of this.#queue) {
      if (!this.#send(query)) break;
      sent++;
    }
    this.#queue.splice(0, sent);
    if (this.#queue.length > 0) this.#timer = this.#clock.setTimer(RETRY_MS, () => this.#flush());
  }

  /** False without credit. */
  #send({ to, body, handlers }: QueuedQuery): boolean {
    const transactionId = this.#transactions.begin(to, handlers);
    if (!transactionId) {
      this.#clock.setTimer(0, () => handlers.onFailed());
      return true;
    }
    const data = encodeKrpcQuery({ transactionId, ...this.#identity(), body });
    if (!this.#upload.take(data.length)) {
      this.#transactions.cancel(transactionId);
      return false;
    }
    this.#socket.send(data, to);
    return true;
  }
}
