import {
  BridgeProtocolError,
  encodeMessage,
  MAX_DATA_PAYLOAD_BYTES,
  Opcode,
  parseHttpRequest,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import { httpGet } from './http.js';
/** One HTTP request of the extension. */
export class HttpExchange {
  kind = 'http';
  #context;
  #id;
  #abort = new AbortController();
  constructor(context, id, payload) {
    this.#context = context;
    this.#id = id;
    httpGet(parseHttpRequest(payload), context.policy, this.#abort.signal).then(
      (reply) => this.#answer(reply),
      (error) => this.#fail(error),
    );
  }
  handle() {
    throw new BridgeProtocolError('wrong-state', 'A request takes no frames');
  }
  destroy() {
    this.#abort.abort();
  }
  #answer({ status, body }) {
    if (this.#abort.signal.aborted) return;
    const { downlink, sockets } = this.#context;
    downlink.write(Opcode.HTTP_RESPONSE, this.#id, encodeMessage({ status }));
    for (let offset = 0; offset < body.length; offset += MAX_DATA_PAYLOAD_BYTES) {
      downlink.write(Opcode.HTTP_BODY, this.#id, body.subarray(offset, offset + MAX_DATA_PAYLOAD_BYTES));
    }
    downlink.write(Opcode.END, this.#id);
    sockets.drop(this.#id);
  }
  #fail(error) {
    if (!this.#abort.signal.aborted) this.#context.sockets.close(this.#id, closeReason(error));
  }
}
//# sourceMappingURL=http-exchange.js.map
