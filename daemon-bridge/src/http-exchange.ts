import {
  BridgeProtocolError,
  encodeMessage,
  MAX_DATA_PAYLOAD_BYTES,
  Opcode,
  parseHttpRequest,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import type { BridgeContext } from './context.js';
import { httpGet, type HttpReply } from './http.js';
import type { BridgeSocket } from './socket-table.js';

/** One HTTP request of the extension. */
export class HttpExchange implements BridgeSocket {
  readonly kind = 'http';
  readonly #context: BridgeContext;
  readonly #id: number;
  readonly #abort = new AbortController();

  constructor(context: BridgeContext, id: number, payload: Uint8Array) {
    this.#context = context;
    this.#id = id;
    httpGet(parseHttpRequest(payload), { policy: context.policy, signal: this.#abort.signal }).then(
      (reply) => this.#answer(reply),
      (error: unknown) => this.#fail(error),
    );
  }

  handle(): void {
    throw new BridgeProtocolError('wrong-state', 'A request takes no frames');
  }

  destroy(): void {
    this.#abort.abort();
  }

  #answer({ status, body }: HttpReply): void {
    if (this.#abort.signal.aborted) return;
    const { downlink, sockets } = this.#context;
    downlink.write(Opcode.HTTP_RESPONSE, this.#id, encodeMessage({ status }));
    for (let offset = 0; offset < body.length; offset += MAX_DATA_PAYLOAD_BYTES) {
      downlink.write(Opcode.HTTP_BODY, this.#id, body.subarray(offset, offset + MAX_DATA_PAYLOAD_BYTES));
    }
    downlink.write(Opcode.END, this.#id);
    sockets.drop(this.#id);
  }

  #fail(error: unknown): void {
    if (!this.#abort.signal.aborted) this.#context.sockets.close(this.#id, closeReason(error));
  }
}
