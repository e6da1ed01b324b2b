import type { Endpoint } from '../interfaces/socket.js';
import { PexFlag, type PexPeer } from '../protocol/pex.js';
import type { AddressPolicy } from './address-policy.js';
import type { Peer } from './peer.js';
import { PexHandler } from './pex-handler.js';

/** Peer exchange (BEP 11) of one torrent with all its peers: whom each may be told of, and what becomes of those it tells. */
export class PexExchange {
  readonly #policy: AddressPolicy;
  readonly #isOpen: () => boolean;
  readonly #onPeer: (endpoint: Endpoint, options: { readonly isSeed: boolean }) => void;
  readonly #handlers = new WeakMap<Peer, PexHandler>();

  constructor(options: {
    readonly policy: AddressPolicy;
    /** False for a private torrent (BEP 27) and while the setting is off. */
    readonly isOpen: () => boolean;
    readonly onPeer: (endpoint: Endpoint, options: { readonly isSeed: boolean }) => void;
  }) {
    this.#policy = options.policy;
    this.#isOpen = options.isOpen;
    this.#onPeer = options.onPeer;
  }

  /** About every second: sends the messages that are due; the first one of a peer soon after it said that it speaks PEX. */
  tick(peers: ReadonlySet<Peer>, now: number): void {
    if (!this.#isOpen()) return;
    let shown: readonly { readonly peer: Peer; readonly description: PexPeer | undefined }[] | undefined;
    for (const peer of peers) {
      if (!peer.speaksPex) continue;
      const others = () => {
        shown ??= Array.from(peers, (other) => ({ peer: other, description: this.#describe(other) }));
        return shown.flatMap((other) => (other.peer === peer ? [] : (other.description ?? [])));
      };
      const payload = this.#handlerOf(peer).next(others, now);
      if (payload) peer.sendPex(payload);
    }
  }

  /** A PEX message; while PEX is switched off it is ignored. Throws when the peer is to be dropped for it. */
  onMessage(peer: Peer, payload: Uint8Array, now: number): void {
    if (!this.#isOpen()) return;
    for (const { endpoint, flags } of this.#handlerOf(peer).receive(payload, now)) {
      this.#onPeer(endpoint, { isSeed: (flags & PexFlag.isSeed) !== 0 });
    }
  }

  #handlerOf(peer: Peer): PexHandler {
    const handler = this.#handlers.get(peer) ?? new PexHandler();
    this.#handlers.set(peer, handler);
    return handler;
  }

  /** Undefined for a peer that others could not dial, or that the address policy would not let them take from us: a neighbour on the LAN. */
  #describe(peer: Peer): PexPeer | undefined {
    const endpoint = peer.listenEndpoint;
    if (!endpoint || !this.#policy.allows(endpoint, 'pex')) return undefined;
    const isSeed = peer.isSeed || peer.isUploadOnly;
    return { endpoint, flags: (isSeed ? PexFlag.isSeed : 0) | (peer.isIncoming ? 0 : PexFlag.isReachable) };
  }
}
