import {
  BridgeProtocolError,
  encodeMessage,
  MAX_RESOLVED_ADDRESSES,
  Opcode,
  parseResolve,
  type ResolveRequest,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import type { BridgeContext } from './context.js';
import type { BridgeSocket } from './socket-table.js';

/** One name that the extension wants to send datagrams to. */
export class Resolution implements BridgeSocket {
  readonly kind = 'resolve';
  readonly #context: BridgeContext;
  readonly #id: number;
  #isDestroyed = false;

  constructor(context: BridgeContext, id: number, payload: Uint8Array) {
    this.#context = context;
    this.#id = id;
    this.#resolve(parseResolve(payload)).catch((error: unknown) => {
      if (!this.#isDestroyed) context.sockets.close(id, closeReason(error));
    });
  }

  handle(): void {
    throw new BridgeProtocolError('wrong-state', 'A name takes no frames');
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  async #resolve({ host, ...wishes }: ResolveRequest): Promise<void> {
    const { policy, downlink, sockets } = this.#context;
    const found = await policy.resolve(host, wishes);
    if (this.#isDestroyed) return;
    const addresses = found.slice(0, MAX_RESOLVED_ADDRESSES).map(({ address }) => address);
    downlink.write(Opcode.RESOLVED, this.#id, encodeMessage({ addresses }));
    sockets.drop(this.#id);
  }
}
