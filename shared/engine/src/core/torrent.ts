import type { Endpoint } from '../interfaces/socket.js';
import type { StopAnnounce } from '../interfaces/tracker.js';
import type { BitField } from '../utils/bitfield.js';
import { fromHex } from '../utils/bytes.js';
import { plainText } from '../utils/plain-text.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { findVerified } from './checker.js';
import type { UploadingTorrent } from './choke-rounds.js';
import { makePeerId } from './client-name.js';
import { type FileWishes, followWishes } from './file-wishes.js';
import { MetadataFetcher } from './metadata-fetcher.js';
import type { Peer } from './peer.js';
import { problemOf, RootMissingError } from './problem.js';
import type { StoredTorrent } from './session-manager.js';
import type { PeerSource, TorrentDetails, TorrentProblem, TorrentSnapshot, TorrentState } from './snapshots.js';
import type { Swarm } from './swarm.js';
import { TorrentContent } from './torrent-content.js';
import type { TorrentContext } from './torrent-context.js';
import { sanitizeLimits, type TorrentLimits } from './torrent-limits.js';
import { TorrentPeers } from './torrent-peers.js';
import { type MetadataRecord, type TorrentRecord } from './torrent-record.js';
import { detailsOf, snapshotOf } from './torrent-snapshot.js';
import { TorrentStats } from './torrent-stats.js';
import type { TrackerSet } from './tracker-set.js';
import { newTiers } from './tracker-tiers.js';

interface TorrentEvents {
  /** The snapshot differs. */
  changed: [];
  /** The files are known. */
  metadata: [];
  /** A piece is verified and on disk. */
  piece: [index: number];
  /** Every wanted piece is here, and was not before. */
  completed: [];
}

/** BEP 3's `left` for a magnet whose size is unknown: anything but 0, which would look like a seed. */
const UNKNOWN_LEFT_BYTES = 16_384;
/** How often what was uploaded is stored while no piece is. */
const TOTALS_INTERVAL_MS = 60_000;

/**
 * One torrent: composes swarm, trackers and content, and owns the lifecycle. `state` changes only in {@link #enter}; everything else
 * reports to it. An activation runs from `start` to `stop` or a failure; its signal ends whatever is under way.
 */
export class Torrent extends TypedEmitter<TorrentEvents> implements UploadingTorrent {
  readonly id: string;
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  readonly stats = new TorrentStats();
  readonly #context: TorrentContext;
  readonly #peers: TorrentPeers;
  readonly #trackers: TrackerSet;
  #record: TorrentRecord;
  /** Known before `#content` where the files cannot be reached yet. */
  #metadata: MetadataRecord | undefined;
  /** It was learned in this session, and what follows from it is still to be done. */
  #isMetadataNew = false;
  #content: TorrentContent | undefined;
  #fetcher: MetadataFetcher | undefined;
  /** The bitfield of the last session, until it is compared with the files. */
  #restored: BitField | undefined;
  #isChecked = false;
  /** What is on disk is to be believed no more. */
  #mustRecheck = false;
  #isClosed = false;
  /** Nothing is stored any more. */
  #isDiscarded = false;
  #storedAt = -Infinity;
  #sentWhenStored = 0;
  /** At the last tick; that they are gone is told too. */
  #hadPeers = false;
  #state: TorrentState = { kind: 'stopped' };
  #activation: AbortController | undefined;
  /** The activation in which trackers were told that we are here. */
  #announcedIn: AbortController | undefined;

  constructor(stored: StoredTorrent, context: TorrentContext) {
    super();
    const { record, metadata, progress } = stored;
    this.id = record.id;
    this.infoHash = fromHex(record.id) as Uint8Array;
    this.peerId = makePeerId(context.version, context.storage.random.bytes(12));
    this.#record = record;
    this.#context = context;
    this.stats.restore(progress);
    this.#restored = progress?.verified;
    const changed = () => {
      this.emit('changed');
    };
    this.#peers = new TorrentPeers({ torrent: this, context, record, changed });
    this.#trackers = context.createTrackers({
      infoHash: this.infoHash,
      peerId: this.peerId,
      tiers: record.trackers,
      stats: () => this.stats.announced(this.#content?.missingBytes ?? UNKNOWN_LEFT_BYTES),
    });
    this.#trackers.on('peer', (peer, options) => this.#peers.add(peer, 'tracker', options));
    this.#trackers.on('externalAddress', (address, voter) => context.externalAddress.vote(address, voter));
    this.#trackers.on('changed', changed);
    this.#metadata = metadata;
    if (metadata && context.root(record.root)) this.#open(metadata);
  }

  get state(): TorrentState {
    return this.#state;
  }

  get record(): TorrentRecord {
    return this.#record;
  }

  /** Everybody who named the peer, the best first. */
  sourcesOf(peer: Peer): readonly PeerSource[] {
    return this.#peers.list.sourcesOf(peer.endpoint);
  }

  /** Undefined until it is known. */
  get metadata(): MetadataRecord | undefined {
    return this.#metadata;
  }

  /** Undefined until the metadata is known and the files can be reached. */
  get content(): TorrentContent | undefined {
    return this.#content;
  }

  /** Undefined but while the metadata is being fetched. */
  get fetcher(): MetadataFetcher | undefined {
    return this.#fetcher;
  }

  get swarm(): Swarm {
    return this.#peers.swarm;
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers.swarm.peers;
  }

  get layout() {
    return this.#content?.layout;
  }

  get uploader() {
    return this.#content?.uploader;
  }

  get isComplete(): boolean {
    return this.#isChecked && (this.#content?.isComplete ?? false);
  }

  /** Connected or looking for peers. */
  get isOnline(): boolean {
    return this.#activation !== undefined;
  }

  get maxConnections(): number {
    return this.#context.settings().maxConnectionsPerTorrent;
  }

  /** Addresses known, connected ones included. */
  get knownPeers(): number {
    return this.#peers.list.knownCount;
  }

  /** Goes on, or tries again after a failure. Without effect while it runs. */
  start(): void {
    if (this.#activation || this.#isClosed) return;
    this.#remember({ desired: 'started' });
    const activation = (this.#activation = new AbortController());
    void this.#activate(activation.signal);
  }

  /** Ends all network activity; what is verified stays. Resolves when trackers have been told, after 5 s at most. */
  async stop(): Promise<void> {
    if (this.#isClosed) return;
    this.#remember({ desired: 'stopped', peers: this.#peers.worthKeeping() });
    this.#saveProgress();
    const ended = this.#deactivate();
    this.#enter({ kind: 'stopped' });
    await ended;
  }

  /** Says what is wanted, and ends `awaiting-choice` when it names files. Without effect before these are known. */
  choose(wishes: FileWishes): void {
    if (!this.#metadata) return;
    const wasAwaiting = this.#record.awaitingChoice;
    this.#remember(followWishes(this.#record, wishes, this.#metadata.paths.length));
    this.#content?.follow(this.#record);
    if (this.#isChecked && this.#activation) this.#followCompleteness();
    else if (wasAwaiting && this.#activation) void this.#activate(this.#activation.signal);
    this.emit('changed');
  }

  /**
   * An address from a link, the user or a test; stored at once, because nobody may tell it again after a crash. The peers of a private
   * torrent come from its trackers and the user (BEP 27).
   */
  addPeer(endpoint: Endpoint, source: PeerSource): void {
    if (source !== 'manual' && this.#content?.info.isPrivate) return;
    this.#peers.add(endpoint, source);
    this.#remember({ peers: this.#peers.worthKeeping() });
  }

  /** Trackers of another link or file of this torrent; those that are new are kept, unless it is private (BEP 27). */
  addTrackers(tiers: readonly (readonly string[])[]): void {
    const added = this.#content?.info.isPrivate ? [] : newTiers(this.#record.trackers, tiers);
    if (added.length > 0) this.setTrackers([...this.#record.trackers, ...added]);
  }

  /** Replaces the trackers; those that stay go on as they are. Holds at once and is stored. */
  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.#remember({ trackers: tiers });
    this.#trackers.setTiers(tiers);
  }

  /** The raw info dictionary, from peers or from a file; its hash has been checked. Without effect when it is known. */
  async learnMetadata(info: Uint8Array, remarks: Partial<MetadataRecord> = {}): Promise<void> {
    if (this.#metadata) return;
    this.#fetcher = undefined;
    try {
      const metadata = { ...this.#context.describe(this.id, this.#record.root, info), ...remarks };
      this.#metadata = metadata;
      this.#isMetadataNew = true;
      await this.#context.session.saveMetadata(this.id, metadata).catch((error: unknown) => {
        // To be learned, and stored, again.
        if (!this.#content) this.#metadata = undefined;
        throw error;
      });
      // A stop and a start since may have opened it already.
      if (this.#isClosed || this.#content) return;
      this.#open(metadata);
      if (this.#activation) void this.#activate(this.#activation.signal);
    } catch (error) {
      if (this.#activation) this.#fail(problemOf(error));
    }
  }

  /** Changes the limits named, the others stay. Holds at once and is stored. */
  setLimits(changes: Partial<TorrentLimits>): void {
    const limits = sanitizeLimits({ ...this.#record.limits, ...changes });
    this.#remember({ limits });
    this.#peers.rates.setLimits(limits);
    this.emit('changed');
  }

  /** Asks trackers now. */
  announceNow(): void {
    this.#trackers.announceNow();
  }

  /** Hashes everything that is on disk, then goes on as before; a torrent that is not running does so when it is started. */
  recheck(): void {
    this.#mustRecheck = true;
    if (!this.#activation) return;
    void this.#deactivate();
    this.start();
  }

  /** A setting was changed that says where peers may come from. */
  sourcesChanged(): void {
    this.#peers.sourcesChanged();
  }

  /** About every second while the torrent is online. */
  tick(): void {
    this.#content?.downloader.tick();
    this.#fetcher?.tick();
    this.#peers.tick();
    const now = this.#context.network.clock.now();
    if (this.stats.sent.total > this.#sentWhenStored && now - this.#storedAt >= TOTALS_INTERVAL_MS)
      this.#saveProgress();
    const hasPeers = this.peers.size > 0;
    if (hasPeers || this.#hadPeers) this.emit('changed');
    this.#hadPeers = hasPeers;
  }

  snapshot(): TorrentSnapshot {
    return snapshotOf(this, this.#context.network.clock.now());
  }

  details(): TorrentDetails {
    return detailsOf(this, this.#trackers);
  }

  /** Ready-made `stopped` announces. */
  stopAnnounces(): readonly StopAnnounce[] {
    return this.#trackers.stopAnnounces();
  }

  /** Ends everything and stores what is left to store; the torrent starts again with the next session if it was started. */
  async close(): Promise<void> {
    this.#remember({ peers: this.#peers.worthKeeping() });
    this.#saveProgress();
    await this.#end();
    this.#trackers.close();
    await this.#content?.close();
  }

  /** Ends everything and stores nothing more. The files may be free long before the trackers have been told, after 5 s at most. */
  discard(): { readonly filesFree: Promise<void>; readonly trackersTold: Promise<void> } {
    this.#isDiscarded = true;
    const trackersTold = this.#end().then(() => {
      this.#trackers.close();
    });
    return { filesFree: this.#content?.close() ?? Promise.resolve(), trackersTold };
  }

  async #end(): Promise<void> {
    this.#isClosed = true;
    const ended = this.#deactivate();
    this.removeAllListeners();
    await ended;
  }

  async #activate(signal: AbortSignal): Promise<void> {
    try {
      if (!this.#metadata) {
        this.#enter({ kind: 'metadata' });
        this.#fetcher = this.#createFetcher();
        this.#goOnline({ allTiers: true });
        return;
      }
      if (this.#mustRecheck) {
        await this.#content?.close();
        if (signal.aborted) return;
        this.#content = undefined;
        this.#restored = undefined;
        this.#isChecked = false;
        this.#mustRecheck = false;
      }
      const content = this.#content ?? this.#open(this.#metadata);
      if (this.#record.awaitingChoice) {
        this.#enter({ kind: 'awaiting-choice' });
        return;
      }
      if (!this.#isChecked) await this.#check(content, signal);
      if (signal.aborted) return;
      this.#peers.liaison.announceHaves(content);
      content.downloader.start();
      this.#goOnline({ allTiers: false });
      this.#followCompleteness();
    } catch (error) {
      if (!signal.aborted) this.#fail(problemOf(error));
    }
  }

  #goOnline(options: { readonly allTiers: boolean }): void {
    this.#context.chokeRounds.add(this);
    this.#peers.start();
    // A magnet comes here once more when its files are known.
    if (this.#announcedIn !== this.#activation) this.stats.beginAnnounced();
    this.#announcedIn = this.#activation;
    this.#trackers.start(options);
  }

  async #deactivate(): Promise<void> {
    this.#activation?.abort();
    this.#activation = undefined;
    this.#context.chokeRounds.remove(this);
    this.#content?.downloader.stop();
    this.#peers.stop();
    this.#fetcher = undefined;
    await this.#trackers.stop();
  }

  #fail(problem: TorrentProblem): void {
    this.#context.network.logger.warn('torrent', `${this.id} failed: ${problem.code}, ${problem.message}`);
    if (problem.code === 'files-changed') this.#mustRecheck = true;
    void this.#deactivate();
    this.#enter({ kind: 'failed', problem });
  }

  /** The only place where the state changes. */
  #enter(state: TorrentState): void {
    this.stats.activity.enter(state.kind, this.#context.network.clock.now());
    this.#state = state;
    this.emit('changed');
  }

  #createFetcher(): MetadataFetcher {
    const fetcher = new MetadataFetcher({
      infoHash: this.infoHash,
      hasher: this.#context.storage.hasher,
      clock: this.#context.network.clock,
      maxBytes: this.#context.settings().maxMetadataBytes,
      onDone: (info) => {
        // One of an earlier activation may still have been hashing.
        if (this.#fetcher === fetcher) void this.learnMetadata(info);
      },
    });
    return fetcher;
  }

  #open(metadata: MetadataRecord): TorrentContent {
    const fileSystem = this.#context.root(this.#record.root);
    if (!fileSystem) throw new RootMissingError(`there is no download root named ${this.#record.root}`);
    const content = new TorrentContent(metadata, fileSystem, this.#context.storage, {
      maxMetadataBytes: this.#context.settings().maxMetadataBytes,
      pieceVerified: (index, contributors) => {
        this.#peers.liaison.thank(contributors);
        this.#onPieceVerified(content, index);
      },
      liarFound: (peer) => {
        this.#peers.liaison.ban(peer);
        this.#remember({ banned: this.#peers.list.banned });
      },
      diskFailed: (error) => {
        // What was under way when the torrent stopped ends with its files.
        if (this.#activation && content === this.#content) this.#fail(problemOf(error));
      },
      received: (bytes) => {
        this.stats.received.add(bytes, this.#context.network.clock.now());
      },
      wasted: (bytes) => {
        this.stats.wastedBytes += bytes;
      },
      sent: (bytes) => {
        this.stats.sent.add(bytes, this.#context.network.clock.now());
      },
    });
    content.follow(this.#record);
    this.#content = content;
    if (this.#isMetadataNew) this.#adopt(content);
    return content;
  }

  #adopt(content: TorrentContent): void {
    this.#isMetadataNew = false;
    this.#remember({ name: plainText(content.info.name) });
    this.#peers.metadataKnown(content);
    this.emit('metadata');
  }

  async #check(content: TorrentContent, signal: AbortSignal): Promise<void> {
    const isDone = await findVerified(content, {
      recorded: this.#restored,
      signal,
      onProgress: (progress) => {
        this.#enter({ kind: 'checking', progress });
      },
    });
    if (!isDone) return;
    await content.disk.createEmptyFiles();
    if (content !== this.#content) return;
    this.#isChecked = true;
    this.#saveProgress();
  }

  #onPieceVerified(content: TorrentContent, index: number): void {
    if (content !== this.#content) return;
    content.progress.addPiece(index);
    this.#saveProgress();
    this.emit('piece', index);
    if (content.isComplete && this.#activation) this.#followCompleteness();
  }

  /** Enters downloading or seeding, whichever is true. */
  #followCompleteness(): void {
    const wasDownloading = this.#state.kind === 'downloading';
    if (!this.isComplete) {
      this.#enter({ kind: 'downloading' });
      this.#peers.followCompleteness();
      return;
    }
    if (this.#record.completedAt === undefined) {
      this.#remember({ completedAt: this.#context.network.clock.wallTime() });
    }
    this.#enter({ kind: 'seeding' });
    this.#peers.followCompleteness();
    if (!wasDownloading) return;
    this.stats.timesCompleted++;
    if (this.#content?.missingBytes === 0) this.#trackers.completed();
    this.emit('completed');
  }

  /** Only what was checked may replace the record of the last session. */
  #saveProgress(): void {
    const content = this.#content;
    if (!content || !this.#isChecked || this.#isDiscarded) return;
    this.#storedAt = this.#context.network.clock.now();
    this.#sentWhenStored = this.stats.sent.total;
    this.#context.session.saveProgress(this.id, () => ({
      verified: content.downloader.pieces.have,
      ...this.stats.totals(this.#context.network.clock.now()),
    }));
  }

  /** Changes what is stored; a write that fails is the session's to report. */
  #remember(changes: Partial<TorrentRecord>): void {
    this.#record = { ...this.#record, ...changes };
    if (this.#isDiscarded) return;
    this.#context.session.saveTorrent(this.#record).catch((error: unknown) => {
      this.#context.network.logger.warn('torrent', `${this.id} could not be stored: ${String(error)}`);
    });
  }
}
