import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import { PeerWireProtocol } from '../protocol/wire-protocol.js';
import type { BitField } from '../utils/bitfield.js';
import type { DiskManager, KeptOutcome } from './disk-manager.js';
import type { DiskQueue } from './disk-queue.js';
import { HaveNews } from './have-news.js';
import { CHOKE_GRACE_MS, MAX_REJECTS_IN_A_ROW, MAX_STRAY_BLOCKS } from './limits.js';
import type { MemoryBudget } from './memory-budget.js';
import type { BlockSink } from './peer-connection.js';
import type { Peer } from './peer.js';
import { BLOCK_LENGTH, type PieceLayout } from './piece-layout.js';
import { PieceManager, type PieceVerdict } from './piece-manager.js';
import type { Section } from './sectioned-piece.js';
import type { UploadRequest } from './upload-queue.js';

/** What the torrent hears of its download. */
export interface DownloaderEvents {
  /** A piece is verified and on disk; `contributors` sent its blocks. */
  pieceVerified(index: number, contributors: ReadonlySet<Peer>): void;
  /** This peer, connected or not, sent wrong data. */
  liarFound(peer: Peer): void;
  /** The disk refused a verified piece. */
  diskFailed(error: unknown): void;
  /** Payload came in, useful or not. */
  received(bytes: number): void;
  /** Of that, what turned out to be of no use. */
  wasted(bytes: number): void;
}

/** Per peer, what only the downloader needs. */
interface PeerState {
  /** When it choked us without BEP 6: what it has sent already may still arrive. */
  chokedAt: number | undefined;
  /** Blocks that came without being asked for, less the requests we took back ourselves: their blocks may have been on their way. */
  strayBlocks: number;
  /** Rejected since its last block, though it did not choke us. */
  rejectsInARow: number;
  /** The block that is arriving is not wanted. */
  isRefusing: boolean;
}

/**
 * The way in: asks peers for blocks, takes them, and hands full pieces to the disk. Refilled by arrival; {@link tick} does housekeeping
 * only.
 */
export class Downloader {
  readonly pieces: PieceManager<Peer>;
  readonly #layout: PieceLayout;
  readonly #disk: DiskManager;
  readonly #queue: DiskQueue;
  readonly #memory: MemoryBudget;
  readonly #clock: IClock;
  readonly #events: DownloaderEvents;
  readonly #peers = new Map<Peer, PeerState>();
  /** Peers whose queue got shorter by what another peer sent. */
  readonly #hungry = new Set<Peer>();
  readonly #news: HaveNews<Peer>;
  readonly #stopListening: () => void;
  #isActive = false;
  /** Rejected blocks may be asked of anybody, once the data that tells of them is read. */
  #isRefillDue = false;

  constructor(options: {
    readonly layout: PieceLayout;
    readonly disk: DiskManager;
    readonly queue: DiskQueue;
    readonly memory: MemoryBudget;
    readonly random: IRandom;
    readonly clock: IClock;
    readonly events: DownloaderEvents;
  }) {
    this.#layout = options.layout;
    this.#disk = options.disk;
    this.#queue = options.queue;
    this.#memory = options.memory;
    this.#clock = options.clock;
    this.#events = options.events;
    this.pieces = new PieceManager<Peer>({
      layout: options.layout,
      budget: options.memory,
      random: options.random,
      events: {
        cancelRequest: (peer, index, begin, length) => {
          this.#cancel(peer, index, begin, length);
        },
        memoryAvailable: () => {
          this.refillAll();
        },
        pieceFull: (index) => void this.#commit(index),
      },
      shelf: {
        put: (index, buffer, blocks) => void this.#shelve(index, buffer, blocks),
        keep: (section) => void this.#keep(section),
        take: (index) => void this.#unshelve(index),
        forget: (index) => void this.#disk.forgetShelved(index).catch(ignore),
      },
    });
    this.#news = new HaveNews<Peer>({ clock: options.clock, peers: () => this.#peers.keys() });
    this.#stopListening = options.queue.onChange((isCongested) => {
      this.#onCongestion(isCongested);
    });
  }

  /** Requests begin. */
  start(): void {
    this.#isActive = true;
    this.refillAll();
  }

  /** Finds the pieces that were begun in an earlier session. Once, before the start. Never rejects: they may be begun anew. */
  async loadShelf(): Promise<void> {
    this.pieces.loadShelf(await this.#disk.loadShelf().catch(() => new Map<number, BitField>()));
  }

  /** No more requests; open pieces are shelved, those on their way to the disk still arrive there. */
  stop(): void {
    this.#isActive = false;
    for (const peer of this.#peers.keys()) {
      peer.requests?.clear();
      this.pieces.releaseRequests(peer);
    }
    this.pieces.shelveOpenPieces();
  }

  close(): void {
    this.stop();
    this.#news.close();
    this.#stopListening();
  }

  /** The peer's availability can be read from here on. */
  addPeer(peer: Peer): void {
    // The newcomer has heard of these in its first message.
    this.#news.flush();
    const state = { chokedAt: undefined, strayBlocks: 0, rejectsInARow: 0, isRefusing: false };
    this.#peers.set(peer, state);
    this.pieces.addPeer(peer);
    peer.connection.setBlockSink(this.#sinkFor(peer, state));
    this.#updateInterest(peer);
    if (this.#queue.isCongested) peer.connection.pause();
  }

  removePeer(peer: Peer): void {
    if (!this.#peers.delete(peer)) return;
    this.#hungry.delete(peer);
    this.pieces.removePeer(peer);
    this.refillAll();
  }

  /** BITFIELD or HAVE-ALL came, after {@link addPeer}: counted anew. */
  onBitfield(peer: Peer): void {
    this.pieces.removePeer(peer);
    this.pieces.addPeer(peer);
    this.#updateInterest(peer);
    this.refill(peer);
  }

  onHave(peer: Peer, index: number): void {
    this.pieces.peerChanged(peer, index);
    this.#updateInterest(peer);
    this.refill(peer);
  }

  /** The peer took a HAVE back; what was asked of the piece times out or is rejected as ever. */
  onDontHave(peer: Peer, index: number): void {
    this.pieces.peerChanged(peer, index);
    this.#updateInterest(peer);
  }

  onChoke(peer: Peer): void {
    const state = this.#peers.get(peer);
    if (!state) return;
    // With BEP 6 each request is rejected by name; without it they are void, but what was sent before may still be under way.
    if (!peer.connection.features.fast) state.chokedAt = this.#clock.now();
  }

  onUnchoke(peer: Peer): void {
    const state = this.#peers.get(peer);
    if (!state) return;
    if (state.chokedAt !== undefined) this.#voidRequests(peer, state);
    this.refill(peer);
  }

  /** BEP 6. Ids that cannot be are ignored. */
  onAdvice(peer: Peer, kind: 'suggest' | 'allowed-fast', index: number): void {
    if (!peer.connection.features.fast) return;
    this.pieces.peers.advised(peer, kind, index);
    if (kind === 'allowed-fast') this.refill(peer);
  }

  onReject(peer: Peer, index: number, begin: number): void {
    if (!peer.requests?.delete(index, begin)) return;
    // Or it would be asked for the same again, for ever.
    if (peer.connection.choked) this.pieces.peers.revoked(peer, index);
    this.pieces.releaseRequest(peer, index, begin);
    this.#isRefillDue = true;
    const state = this.#peers.get(peer);
    if (!state || peer.connection.choked || ++state.rejectsInARow <= MAX_REJECTS_IN_A_ROW) return;
    peer.connection.close({ kind: 'protocol-error', error: new Error('rejects whatever it is asked for') });
  }

  /**
   * The piece is wanted by `dueAt`, milliseconds of the clock, before all without a deadline; undefined: no more than others. Its blocks are
   * asked of those who will bring them in time; of what waits with them already, only the next second stays.
   */
  setDeadline(index: number, dueAt: number | undefined): void {
    const { pieces } = this;
    if (!Number.isInteger(index) || index < 0 || index >= pieces.have.length || pieces.have.get(index)) return;
    pieces.deadlines.set(index, dueAt);
    if (dueAt === undefined || !this.#isActive) return;
    for (const peer of this.#peers.keys()) {
      const { requests } = peer;
      if (!requests) continue;
      requests.isUrgent = true;
      requests.shorten((piece, begin) => {
        if (pieces.deadlines.has(piece)) return false;
        pieces.releaseRequest(peer, piece, begin);
        this.#sendCancel(peer, piece, begin, this.#layout.blockLength(piece, begin / BLOCK_LENGTH));
        return true;
      });
    }
    this.refillAll();
  }

  /** What is wanted has changed: interest and requests follow. */
  onPrioritiesChanged(): void {
    for (const peer of this.#peers.keys()) this.#updateInterest(peer);
    this.refillAll();
  }

  /** About every second. */
  tick(): void {
    const now = this.#clock.now();
    for (const [peer, state] of this.#peers) {
      const { requests } = peer;
      if (!requests) continue;
      if (state.chokedAt !== undefined && now - state.chokedAt >= CHOKE_GRACE_MS) this.#voidRequests(peer, state);
      if (peer.connection.isHeldBack) requests.excuse(now);
      const wasSnubbed = requests.isSnubbed;
      requests.tick(now);
      if (requests.isSnubbed && !wasSnubbed) this.pieces.peerSnubbed(peer);
      requests.takeTimedOut(now, (index, begin) => {
        state.strayBlocks--;
        if (peer.connection.choked) this.pieces.peers.revoked(peer, index);
        this.pieces.releaseRequest(peer, index, begin);
      });
    }
    // While the disk is behind, nothing is asked of anybody.
    if (!this.#queue.isCongested) this.pieces.shelveIdle(now);
    this.refillAll();
  }

  refillAll(): void {
    for (const peer of this.#peers.keys()) this.refill(peer);
  }

  /** Asks for as many blocks as the peer's queue has room for, in one write. */
  refill(peer: Peer): void {
    const { connection, requests } = peer;
    if (!requests || !this.#isActive || !connection.interested || this.#queue.isCongested) return;
    const isChoked = connection.choked;
    if (isChoked && !this.pieces.peers.mayAskWhileChoked(peer)) return;
    requests.isEndgame = this.pieces.isEndgame;
    requests.isUrgent = !this.pieces.deadlines.isEmpty;
    const { room } = requests;
    if (room === 0) return;
    const now = this.#clock.now();
    const burst = new Uint8Array(room * PeerWireProtocol.BLOCK_MESSAGE_BYTES);
    let used = 0;
    const onBlock = (index: number, begin: number, length: number) => {
      requests.add(index, begin, now);
      used = PeerWireProtocol.writeRequest(burst, used, index, begin, length);
    };
    this.pieces.pick(peer, room, onBlock, { isChoked, now });
    if (used > 0) connection.sendEncoded(burst.subarray(0, used));
  }

  #sinkFor(peer: Peer, state: PeerState): BlockSink {
    return {
      beginBlock: (index, begin, length) => {
        state.isRefusing = !this.pieces.beginBlock(peer, index, begin, length);
        return !state.isRefusing;
      },
      writeBlock: (index, begin, offset, bytes) => {
        this.#countReceived(peer, bytes.length);
        this.pieces.writeBlock(peer, index, begin, offset, bytes);
      },
      endBlock: (index, begin, length) => {
        this.#endBlock(peer, state, { index, begin, length });
      },
      endOfData: () => {
        if (this.#isRefillDue) this.refillAll();
        else {
          this.refill(peer);
          for (const hungry of this.#hungry) this.refill(hungry);
        }
        this.#isRefillDue = false;
        this.#hungry.clear();
      },
    };
  }

  #endBlock(peer: Peer, state: PeerState, { index, begin, length }: UploadRequest): void {
    if (state.isRefusing) this.#countReceived(peer, length);
    const wasAskedFor = peer.requests?.blockReceived(index, begin, length, this.#clock.now()) ?? false;
    const outcome = this.pieces.endBlock(peer, index, begin);
    if (outcome !== 'ignored') state.rejectsInARow = 0;
    if (outcome === 'full') void this.#commit(index);
    if (outcome !== 'ignored') return;
    this.#events.wasted(length);
    const isOfRightLength = wasAskedFor && length === this.#layout.blockLength(index, begin / BLOCK_LENGTH);
    if (!isOfRightLength && ++state.strayBlocks > MAX_STRAY_BLOCKS) {
      peer.connection.close({ kind: 'protocol-error', error: new Error('sends blocks that nobody asked for') });
    }
  }

  #countReceived(peer: Peer, bytes: number): void {
    peer.received.add(bytes, this.#clock.now());
    this.#events.received(bytes);
  }

  #commit(index: number): Promise<void> {
    return this.#layout.isSectioned ? this.#commitKept(index) : this.#commitWhole(index);
  }

  async #commitWhole(index: number): Promise<void> {
    let result: { readonly verified: boolean; readonly buffer: Uint8Array };
    try {
      result = await this.#disk.commit(index, this.pieces.takeBuffer(index));
    } catch (error) {
      this.pieces.lost(index);
      this.#events.diskFailed(error);
      return;
    }
    if (result.verified) this.#pieceVerified(index, this.pieces.verified(index, result.buffer));
    else this.#pieceFailed(index, this.pieces.failed(index, result.buffer));
  }

  /** Of a piece whose blocks are in the scratch file. */
  async #commitKept(index: number): Promise<void> {
    this.pieces.takeKept(index);
    let result: KeptOutcome;
    try {
      result = await this.#disk.commitKept(index);
    } catch (error) {
      this.pieces.postponed(index);
      this.#events.diskFailed(error);
      return;
    }
    if (result.outcome === 'unreadable') {
      this.pieces.lost(index);
      this.#events.diskFailed(result.error);
    } else if (result.outcome === 'verified') {
      this.#pieceVerified(index, this.pieces.verified(index));
      // There is room for another.
      this.refillAll();
    } else {
      this.#pieceFailed(index, this.pieces.failed(index));
    }
  }

  #pieceFailed(index: number, liar: Peer | undefined): void {
    this.#events.wasted(this.#layout.pieceSize(index));
    if (liar) this.#events.liarFound(liar);
    this.refillAll();
  }

  #pieceVerified(index: number, { contributors, liars }: PieceVerdict<Peer>): void {
    this.#news.add(index, contributors);
    for (const peer of this.#peers.keys()) this.#updateInterest(peer);
    this.#events.pieceVerified(index, contributors);
    for (const liar of liars) this.#events.liarFound(liar);
  }

  async #keep(section: Section): Promise<void> {
    const { index, begin, buffer, blocks } = section;
    const { length } = buffer;
    try {
      this.#memory.release(await this.#disk.keepBlocks(index, begin, buffer, blocks));
    } catch (error) {
      this.#memory.releaseLost(length);
      this.pieces.sectionKept(section, { isKept: false });
      this.#events.diskFailed(error);
      return;
    }
    if (this.pieces.sectionKept(section, { isKept: true }) === 'full') void this.#commit(index);
  }

  /** What cannot be kept is asked for again. */
  async #shelve(index: number, buffer: Uint8Array, blocks: BitField): Promise<void> {
    const { length } = buffer;
    try {
      this.#memory.release(await this.#disk.shelve(index, buffer, blocks));
    } catch {
      this.#memory.releaseLost(length);
    }
  }

  async #unshelve(index: number): Promise<void> {
    const bytes = await this.#disk.readShelved(index).catch(() => undefined);
    if (this.pieces.restored(index, bytes) === 'full') void this.#commit(index);
    else if (!bytes) this.refillAll();
  }

  #cancel(peer: Peer, index: number, begin: number, length: number): void {
    peer.requests?.delete(index, begin);
    this.#sendCancel(peer, index, begin, length);
    this.#hungry.add(peer);
  }

  #sendCancel(peer: Peer, index: number, begin: number, length: number): void {
    const state = this.#peers.get(peer);
    if (!state) return;
    state.strayBlocks--;
    peer.connection.send({ type: 'cancel', index, begin, length });
  }

  #voidRequests(peer: Peer, state: PeerState): void {
    state.chokedAt = undefined;
    state.strayBlocks -= peer.requests?.length ?? 0;
    peer.requests?.clear();
    this.pieces.releaseRequests(peer);
  }

  #updateInterest(peer: Peer): void {
    peer.connection.setInterested(this.pieces.isInteresting(peer));
  }

  #onCongestion(isCongested: boolean): void {
    for (const peer of this.#peers.keys()) {
      if (isCongested) peer.connection.pause();
      else peer.connection.resume();
    }
    if (!isCongested) this.refillAll();
  }
}

/** What is left on the shelf in vain is found there by the next session. */
const ignore = (): undefined => undefined;
