import type { Endpoint } from '../interfaces/socket.js';
import { encodePexMessage, parsePexMessage, PexError, type PexPeer } from '../protocol/pex.js';

/** Between two messages to one peer (BEP 11). */
const SEND_INTERVAL_MS = 60_000;
/** Between two messages of one peer that are both read: a minute, less what the network may shift. */
const READ_INTERVAL_MS = 50_000;
const FLOOD_WINDOW_MS = 60_000;
/** Messages of one peer in {@link FLOOD_WINDOW_MS} that are put up with. */
const MAX_MESSAGES_PER_WINDOW = 6;
/** Peers added and peers dropped in one message, each (BEP 11). */
const MAX_PEERS_PER_MESSAGE = 50;

/** A peer sends PEX messages again and again; it is to be dropped. */
class PexFloodError extends Error {
  override readonly name = 'PexFloodError';
  readonly code = 'flood';
}

/**
 * Peer exchange (BEP 11) with one peer, as a pure parse and diff: what it was told and may be told next, what it told and how often. Its
 * owner has the clock and the wire; `now` is `IClock.now()`.
 */
export class PexHandler {
  /** By address: whom the peer has been told we are connected to. */
  readonly #told = new Map<string, Endpoint>();
  #sentAt = -Infinity;
  #readAt = -Infinity;
  #receivedAt: number[] = [];

  /** The payload of the message that is due; undefined when none is, or there is no news. `connected`: whom we are connected to but this peer. */
  next(connected: () => readonly PexPeer[], now: number): Uint8Array | undefined {
    if (now - this.#sentAt < SEND_INTERVAL_MS) return undefined;
    const current = new Map(connected().map((peer) => [keyOf(peer.endpoint), peer]));
    const added = [...current].filter(([key]) => !this.#told.has(key)).slice(0, MAX_PEERS_PER_MESSAGE);
    const dropped = [...this.#told].filter(([key]) => !current.has(key)).slice(0, MAX_PEERS_PER_MESSAGE);
    if (added.length === 0 && dropped.length === 0) return undefined;
    this.#sentAt = now;
    for (const [key, { endpoint }] of added) this.#told.set(key, endpoint);
    for (const [key] of dropped) this.#told.delete(key);
    return encodePexMessage({
      added: added.map(([, peer]) => peer),
      dropped: dropped.map(([, endpoint]) => endpoint),
    });
  }

  /**
   * The peers that a message names. None when it comes too soon after the last one or cannot be read. Throws {@link PexFloodError} at the
   * seventh message in a minute.
   */
  receive(payload: Uint8Array, now: number): readonly PexPeer[] {
    this.#receivedAt = this.#receivedAt.filter((at) => now - at < FLOOD_WINDOW_MS);
    this.#receivedAt.push(now);
    if (this.#receivedAt.length > MAX_MESSAGES_PER_WINDOW)
      throw new PexFloodError('more than 6 PEX messages in a minute');
    if (now - this.#readAt < READ_INTERVAL_MS) return [];
    this.#readAt = now;
    try {
      return parsePexMessage(payload).added;
    } catch (error) {
      if (error instanceof PexError) return [];
      throw error;
    }
  }
}

function keyOf({ host, port }: Endpoint): string {
  return `${host}|${port}`;
}
