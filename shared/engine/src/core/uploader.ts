import type { IClock } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { IRandom } from '../interfaces/random.js';
import type { BitField } from '../utils/bitfield.js';
import { parseIp } from '../utils/ip-address.js';
import { allowedFastSet } from './allowed-fast.js';
import { CachedPieceHints } from './cached-piece-hints.js';
import type { DiskManager } from './disk-manager.js';
import { FastGrant } from './fast-grant.js';
import type { Peer } from './peer.js';
import type { PieceLayout } from './piece-layout.js';
import { SuperSeed } from './super-seed.js';
import type { UploadConditions, UploadRequest } from './upload-queue.js';

/** A peer with so many pieces has something to trade; BEP 6 has it for those with fewer, and for so many pieces. */
const FAST_SET_SIZE = 10;

/** What the torrent hears of its uploads. */
export interface UploaderEvents {
  sent(bytes: number): void;
  /** A verified piece could not be read back. */
  diskFailed(error: unknown): void;
}

/** The way out: takes requests, reads their blocks and sends them, never faster than the peer's socket drains. */
export class Uploader {
  readonly #layout: PieceLayout;
  readonly #have: BitField;
  readonly #disk: DiskManager;
  readonly #clock: IClock;
  readonly #hasher: IHasher;
  readonly #infoHash: Uint8Array;
  readonly #events: UploaderEvents;
  readonly #hints: CachedPieceHints;
  /** What of our pieces each peer may see. */
  readonly superSeed: SuperSeed;

  constructor(options: {
    readonly layout: PieceLayout;
    readonly have: BitField;
    readonly disk: DiskManager;
    readonly clock: IClock;
    readonly hasher: IHasher;
    readonly random: IRandom;
    readonly infoHash: Uint8Array;
    readonly events: UploaderEvents;
  }) {
    this.#layout = options.layout;
    this.#have = options.have;
    this.#disk = options.disk;
    this.#clock = options.clock;
    this.#hasher = options.hasher;
    this.#infoHash = options.infoHash;
    this.#events = options.events;
    this.#hints = new CachedPieceHints(options);
    this.superSeed = new SuperSeed(options);
  }

  /** About every second. */
  tick(peers: Iterable<Peer>): void {
    this.superSeed.tick();
    if (!this.superSeed.isActive) this.#hints.tick(peers);
  }

  addPeer(peer: Peer): void {
    peer.connection.onDrain = () => void this.#pump(peer);
    this.superSeed.addPeer(peer);
  }

  removePeer(peer: Peer): void {
    this.superSeed.removePeer(peer);
  }

  onRequest(peer: Peer, request: UploadRequest): void {
    const outcome = peer.uploads.add(request, this.#conditions(peer, request));
    if (outcome === 'queued') void this.#pump(peer);
    else if (outcome !== 'invalid') this.#reject(peer, request);
    else peer.connection.close({ kind: 'protocol-error', error: new Error('asks for a block that cannot be') });
  }

  /** A newcomer that waits for an unchoke may have a few pieces meanwhile, to have something to trade (BEP 6). */
  async grantFast(peer: Peer): Promise<void> {
    const ip = parseIp(peer.endpoint.host);
    const isNewcomer = peer.pieces.count < FAST_SET_SIZE && !peer.fastGrant;
    if (!isNewcomer || !peer.connection.features.fast || ip?.length !== 4 || this.superSeed.isHidingFrom(peer)) return;
    const pieceSize = (index: number) => this.#layout.pieceSize(index);
    // Once for a connection, however often it says that it is interested.
    peer.fastGrant = new FastGrant([], pieceSize);
    const { pieceCount } = this.#layout;
    const set = { ip, infoHash: this.#infoHash, pieceCount, size: FAST_SET_SIZE, hasher: this.#hasher };
    // Nothing is owed: without a digest there is no grant.
    const chosen = await allowedFastSet(set).catch(() => []);
    if (!peer.connection.peerChoked || peer.connection.isClosed) return;
    const pieces = chosen.filter((index) => this.#have.get(index) && !peer.pieces.get(index));
    peer.fastGrant = new FastGrant(pieces, pieceSize);
    for (const index of pieces) peer.connection.send({ type: 'allowed-fast', index });
  }

  /** BEP 6: a cancelled request is answered too, by REJECT when its block is not sent. */
  onCancel(peer: Peer, request: UploadRequest): void {
    if (peer.uploads.cancel(request)) this.#reject(peer, request);
  }

  /** We choked the peer: what it had asked for is void. */
  onChoked(peer: Peer): void {
    for (const request of peer.uploads.clear()) this.#reject(peer, request);
  }

  #conditions(peer: Peer, request: UploadRequest): UploadConditions {
    return {
      isChoked: peer.connection.peerChoked && !peer.fastGrant?.take(request),
      pieceLength: (index) => (index < this.#layout.pieceCount ? this.#layout.pieceSize(index) : undefined),
      hasPiece: (index) => this.#have.get(index) && this.superSeed.shows(peer, index),
    };
  }

  /** Serves the queue in order, one read at a time; blocks in the cache leave in the same turn of the loop, and so in one write. */
  async #pump(peer: Peer): Promise<void> {
    if (peer.isReadingUpload) return;
    const { connection, uploads } = peer;
    for (;;) {
      if (connection.isClosed || (uploads.length > 0 && !connection.mayBlockLeave())) return;
      const sending = { socketQueuedBytes: connection.queuedBytes, bytesPerSecond: peer.uploadRate };
      const request = uploads.next(sending);
      if (!request) return;
      const { index, begin, length } = request;
      const cached = this.#disk.cachedBlock(index, begin, length);
      if (cached) this.#send(peer, request, cached);
      else await this.#readAndSend(peer, request);
    }
  }

  /** Rejects the request when the block cannot be read: others may lie elsewhere. */
  async #readAndSend(peer: Peer, request: UploadRequest): Promise<void> {
    peer.isReadingUpload = true;
    try {
      this.#send(peer, request, await this.#disk.readBlock(request.index, request.begin, request.length));
      this.#hints.pieceRead(request.index);
    } catch (error) {
      peer.uploads.finished(request);
      this.#reject(peer, request);
      this.#events.diskFailed(error);
    } finally {
      peer.isReadingUpload = false;
    }
  }

  #send(peer: Peer, request: UploadRequest, block: Uint8Array): void {
    const { index, begin, length } = request;
    peer.uploads.finished(request);
    if (peer.connection.peerChoked && !peer.fastGrant?.covers(index)) this.#reject(peer, request);
    else if (!peer.connection.isClosed) {
      peer.connection.sendBlock(index, begin, block);
      peer.sent.add(length, this.#clock.now());
      this.superSeed.blockSent(peer, index, length);
      this.#events.sent(length);
    }
  }

  #reject(peer: Peer, request: UploadRequest): void {
    if (peer.connection.features.fast) peer.connection.send({ type: 'reject', ...request });
  }
}
