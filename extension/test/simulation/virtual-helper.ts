import {
  BridgeProtocolError,
  type CloseCode,
  encodeMessage,
  FIRST_ACCEPTED_ID,
  Opcode,
  parseBind,
  parseConnect,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import { HttpError, type IHttpClient, type ISocketFactory, SocketError } from '@jstorrent/engine';
import { HelperExchange, HelperUdp } from './virtual-helper-exchanges.js';
import { HelperConnection, HelperListener } from './virtual-helper-tcp.js';

/** One frame, taken apart. */
export interface Frame {
  readonly opcode: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** What the helper holds under an id. */
export interface HelperChannel {
  /** Throws a {@link BridgeProtocolError} when the extension broke the rules, which it never does. */
  handle(opcode: number, payload: Uint8Array): void;
  drop(): void;
}

const EMPTY = new Uint8Array(0);

const CLOSE_CODES: Partial<Record<string, CloseCode>> = { connect: 'refused', closed: 'reset', aborted: 'other' };

/** The sockets and requests of a virtual helper: what the real one does with frames, on a virtual network. */
export class HelperTable {
  readonly #channels = new Map<number, HelperChannel>();
  #highestId = 0;
  #nextAcceptedId = FIRST_ACCEPTED_ID;

  constructor(
    readonly host: ISocketFactory,
    readonly http: IHttpClient,
    private readonly send: (frame: Frame) => void,
  ) {}

  get(id: number): HelperChannel | undefined {
    return this.#channels.get(id);
  }

  nextAcceptedId(): number {
    return this.#nextAcceptedId++;
  }

  open(id: number, channel: HelperChannel): void {
    this.#channels.set(id, channel);
  }

  write(opcode: number, id: number, payload: Uint8Array = EMPTY): void {
    this.send({ opcode, id, payload });
  }

  /** The last frames of an id, unless the extension has given it up. */
  answer(id: number, frames: readonly (readonly [opcode: number, payload?: Uint8Array])[]): void {
    if (!this.#channels.delete(id)) return;
    for (const [opcode, payload] of frames) this.write(opcode, id, payload);
  }

  /** The id ended by itself, for the reason that `error` gives. */
  fail(id: number, error: unknown): void {
    if (this.#channels.has(id)) this.close(id, error);
  }

  /** Ends an id whether it is open or was just about to be. */
  close(id: number, error?: unknown): void {
    this.claim(id);
    this.#channels.get(id)?.drop();
    this.#channels.delete(id);
    this.write(Opcode.CLOSE, id, error === undefined ? EMPTY : reasonOf(error));
  }

  /** The extension has used this id. */
  claim(id: number): void {
    if (id < FIRST_ACCEPTED_ID) this.#highestId = Math.max(this.#highestId, id);
  }

  dropAll(): void {
    for (const channel of this.#channels.values()) channel.drop();
    this.#channels.clear();
  }

  handle({ opcode, id, payload }: Frame): void {
    const open = OPENERS[opcode];
    if (open) {
      if (id <= this.#highestId) throw new BridgeProtocolError('reused-socket-id', `${id} again`);
      this.claim(id);
      this.#channels.set(id, open(this, id, payload));
    } else if (opcode === Opcode.CLOSE) {
      this.#channels.get(id)?.drop();
      this.#channels.delete(id);
    } else {
      const channel = this.#channels.get(id);
      if (channel) channel.handle(opcode, payload);
      else if (!this.#wasOpen(id)) throw new BridgeProtocolError('unknown-socket-id', `A frame for ${id}`);
    }
  }

  #wasOpen(id: number): boolean {
    return id !== SESSION_ID && (id < FIRST_ACCEPTED_ID ? id <= this.#highestId : id < this.#nextAcceptedId);
  }
}

const OPENERS: Readonly<
  Record<number, ((table: HelperTable, id: number, payload: Uint8Array) => HelperChannel) | undefined>
> = {
  [Opcode.CONNECT]: (table, id, payload) => HelperConnection.dial(table, id, parseConnect(payload)),
  [Opcode.LISTEN]: (table, id, payload) => new HelperListener(table, id, parseBind(payload)),
  [Opcode.BIND]: (table, id, payload) => new HelperUdp(table, id, payload),
  [Opcode.HTTP_REQUEST]: (table, id, payload) => HelperExchange.http(table, id, payload),
  [Opcode.RESOLVE]: (table, id, payload) => HelperExchange.name(table, id, payload),
};

function reasonOf(error: unknown): Uint8Array {
  if (!(error instanceof SocketError || error instanceof HttpError)) throw error;
  const code = CLOSE_CODES[error.code] ?? (error.code as CloseCode);
  return encodeMessage({ code, message: error.message });
}
