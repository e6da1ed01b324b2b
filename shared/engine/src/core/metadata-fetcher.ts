import type { IClock } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import { encodeMetadataMessage, type MetadataMessage, metadataPieceCount } from '../protocol/metadata-exchange.js';
import { concatBytes, equalBytes } from '../utils/bytes.js';

/** A peer as the fetcher needs it. */
export interface MetadataPeer {
  /** What its extended handshake says; undefined when it has none or does not speak BEP 9. */
  readonly metadataSize: number | undefined;
  /** Sends the payload of a `ut_metadata` message. */
  sendMetadata(payload: Uint8Array): void;
}

/** One peer's copy of the metadata, on its way. */
interface Assembly {
  /** As the peer said; memory is taken only for what really came. */
  readonly size: number;
  readonly pieces: Map<number, Uint8Array>;
  nextToAsk: number;
  lastArrivalAt: number;
}

/** Peers asked at once: enough that one slow peer or one liar costs no time, few enough to bound the memory. */
const MAX_ASSEMBLIES = 4;
const REQUESTS_PER_PEER = 4;
/** After a wrong hash, a reject or silence. */
const BACK_OFF_MS = 30_000;
const STALL_MS = 10_000;
/** How long all places may be taken while others wait. */
const ROTATION_MS = 30_000;

/**
 * Gets the info dictionary from peers (BEP 9). Each of a few peers is asked for all of it, and the first copy with the right hash wins:
 * so a wrong copy is always the fault of exactly one peer, which is then left alone for a while, and a liar never spoils what another
 * peer sent. Its owner calls {@link tick} about once a second.
 */
export class MetadataFetcher {
  readonly #infoHash: Uint8Array;
  readonly #hasher: IHasher;
  readonly #clock: IClock;
  readonly #maxBytes: number;
  readonly #onDone: (info: Uint8Array) => void;
  readonly #waiting = new Set<MetadataPeer>();
  readonly #assemblies = new Map<MetadataPeer, Assembly>();
  readonly #backedOffUntil = new Map<MetadataPeer, number>();
  #isDone = false;
  /** Since when all places are taken and somebody waits. */
  #fullSince: number;

  constructor(options: {
    readonly infoHash: Uint8Array;
    readonly hasher: IHasher;
    readonly clock: IClock;
    readonly maxBytes: number;
    /** Called once, with the raw info dictionary, whose hash is right. */
    readonly onDone: (info: Uint8Array) => void;
  }) {
    this.#infoHash = options.infoHash;
    this.#hasher = options.hasher;
    this.#clock = options.clock;
    this.#maxBytes = options.maxBytes;
    this.#onDone = options.onDone;
    this.#fullSince = options.clock.now();
  }

  /** A peer's extended handshake came. */
  addPeer(peer: MetadataPeer): void {
    if (this.#isDone || this.#assemblies.has(peer) || this.#backedOffUntil.has(peer)) return;
    this.#waiting.add(peer);
    this.#fill();
  }

  removePeer(peer: MetadataPeer): void {
    this.#waiting.delete(peer);
    this.#backedOffUntil.delete(peer);
    if (this.#assemblies.delete(peer)) this.#fill();
  }

  /** A data or reject message. What was not asked for, or does not fit what the peer said first, is ignored. */
  onMessage(peer: MetadataPeer, message: MetadataMessage): void {
    const assembly = this.#assemblies.get(peer);
    if (!assembly) return;
    if (message.type === 'reject') this.#backOff(peer);
    if (message.type !== 'data') return;
    if (message.totalSize !== assembly.size || message.piece >= assembly.nextToAsk) return;
    if (assembly.pieces.has(message.piece)) return;
    assembly.pieces.set(message.piece, message.data.slice());
    assembly.lastArrivalAt = this.#clock.now();
    if (isWhole(assembly)) {
      this.#verify(peer, assembly).catch(() => {
        this.#backOff(peer);
      });
    } else this.#ask(peer, assembly);
  }

  /** Gives up on silent peers and forgives those whose time is over. */
  tick(): void {
    const now = this.#clock.now();
    for (const [peer, assembly] of this.#assemblies) {
      if (!isWhole(assembly) && now - assembly.lastArrivalAt >= STALL_MS) this.#backOff(peer);
    }
    for (const [peer, until] of this.#backedOffUntil) {
      if (now < until) continue;
      this.#backedOffUntil.delete(peer);
      this.#waiting.add(peer);
    }
    this.#rotate(now);
    this.#fill();
  }

  /** Peers that send just enough not to stall cannot keep the others out: while some wait, the least advanced copy makes room. */
  #rotate(now: number): void {
    if (this.#waiting.size === 0 || this.#assemblies.size < MAX_ASSEMBLIES) this.#fullSince = now;
    if (now - this.#fullSince < ROTATION_MS) return;
    this.#fullSince = now;
    const open = [...this.#assemblies].filter(([, assembly]) => !isWhole(assembly));
    const [least] = open.sort(([, a], [, b]) => shareOf(a) - shareOf(b));
    if (least) this.#backOff(least[0]);
  }

  #fill(): void {
    for (const peer of this.#waiting) {
      if (this.#isDone || this.#assemblies.size >= MAX_ASSEMBLIES) return;
      this.#waiting.delete(peer);
      const size = peer.metadataSize;
      if (size === undefined || size > this.#maxBytes) continue;
      const assembly = { size, pieces: new Map<number, Uint8Array>(), nextToAsk: 0, lastArrivalAt: this.#clock.now() };
      this.#assemblies.set(peer, assembly);
      this.#ask(peer, assembly);
    }
  }

  #ask(peer: MetadataPeer, assembly: Assembly): void {
    const pieceCount = metadataPieceCount(assembly.size);
    while (assembly.nextToAsk < pieceCount && assembly.nextToAsk - assembly.pieces.size < REQUESTS_PER_PEER) {
      peer.sendMetadata(encodeMetadataMessage({ type: 'request', piece: assembly.nextToAsk++ }));
    }
  }

  async #verify(peer: MetadataPeer, assembly: Assembly): Promise<void> {
    const { digest, data } = await this.#hasher.sha1(joined(assembly));
    if (this.#isDone) return;
    if (!equalBytes(digest, this.#infoHash)) {
      this.#backOff(peer);
      return;
    }
    this.#isDone = true;
    this.#assemblies.clear();
    this.#waiting.clear();
    this.#backedOffUntil.clear();
    this.#onDone(data);
  }

  #backOff(peer: MetadataPeer): void {
    if (!this.#assemblies.delete(peer)) return;
    this.#backedOffUntil.set(peer, this.#clock.now() + BACK_OFF_MS);
    this.#fill();
  }
}

function isWhole(assembly: Assembly): boolean {
  return assembly.pieces.size === metadataPieceCount(assembly.size);
}

function shareOf(assembly: Assembly): number {
  return assembly.pieces.size / metadataPieceCount(assembly.size);
}

function joined(assembly: Assembly): Uint8Array {
  return concatBytes([...assembly.pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
}
