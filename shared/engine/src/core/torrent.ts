import type { Endpoint } from '../interfaces/socket.js';
import { fromHex } from '../utils/bytes.js';
import { plainText } from '../utils/plain-text.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import type { UploadingTorrent } from './choke-rounds.js';
import { makePeerId } from './client-name.js';
import { type FileWishes, followWishes } from './file-wishes.js';
import type { Handshake } from '../protocol/handshake.js';
import type { MetadataFetcher } from './metadata-fetcher.js';
import type { PeerConnection } from './peer-connection.js';
import type { Peer } from './peer.js';
import { problemOf } from './problem.js';
import { queuedTorrent } from './queued-torrent.js';
import { RecordKeeper } from './record-keeper.js';
import type { StoredContent } from './session-manager.js';
import type { PeerSource, TorrentDetails, TorrentProblem, TorrentSnapshot, TorrentState } from './snapshots.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentEvents } from './torrent-events.js';
import type { TorrentContext } from './torrent-context.js';
import { hasSharedEnough, withoutReached } from './share-limits.js';
import { cleanLabel } from './torrent-label.js';
import { sanitizeLimits, type TorrentLimits } from './torrent-limits.js';
import { TorrentNetwork } from './torrent-network.js';
import type { MetadataRecord, TorrentRecord, TorrentSummary } from './torrent-record.js';
import type { TorrentPublishing } from './torrent-publishing.js';
import { detailsOf, snapshotOf } from './torrent-snapshot.js';
import { TorrentStats } from './torrent-stats.js';
import { type Doubt, TorrentStorage } from './torrent-storage.js';
import { entryNameOf, isAsFar } from './torrent-summary.js';
import { newTiers } from './tracker-tiers.js';

const NOBODY: ReadonlySet<Peer> = new Set();

/**
 * One torrent: composes its network and its storage, and owns the lifecycle. `state` changes only in {@link #enter}; everything else
 * reports to it. An activation runs from `start` to `stop` or a failure; its signal ends whatever is under way. Until it is started or
 * looked at it is a record and little more.
 */
export class Torrent extends TypedEmitter<TorrentEvents> implements UploadingTorrent {
  readonly id: string;
  readonly infoHash: Uint8Array;
  #peerId: Uint8Array | undefined;
  readonly stats = new TorrentStats();
  readonly #context: TorrentContext;
  /** Its files. */
  readonly storage: TorrentStorage;
  #network: TorrentNetwork | undefined;
  readonly #keeper: RecordKeeper;
  /** The metadata was learned in this session, and what follows from it is still to be done. */
  #isMetadataNew = false;
  #fetcher: MetadataFetcher | undefined;
  #isClosed = false;
  /** At the last tick; that they are gone is told too. */
  #hadPeers = false;
  #state: TorrentState = { kind: 'stopped' };
  #activation: AbortController | undefined;

  /** `stored`: what is in the store beside the record, where that is known; undefined has it read when it is needed. */
  constructor(record: TorrentRecord, stored: StoredContent | undefined, context: TorrentContext) {
    super();
    this.id = record.id;
    this.infoHash = fromHex(record.id) as Uint8Array;
    this.#keeper = new RecordKeeper(record, context.session, context.network.logger);
    this.#context = context;
    this.storage = new TorrentStorage({
      id: record.id,
      record: () => this.record,
      stored,
      stats: this.stats,
      context,
      store: (changes) => this.#keeper.store(changes),
      events: {
        publishingChanged: () => {
          if (this.#state.kind === 'publishing') this.#followCompleteness();
          else this.emit('changed');
        },
        pieceVerified: (index, contributors) => {
          this.#network?.peers.liaison.thank(contributors);
          this.emit('piece', index);
          if (this.isComplete && this.#activation) this.#followCompleteness();
        },
        liarFound: (peer) => {
          this.#live.peers.liaison.ban(peer);
          this.#keeper.change({ banned: this.#live.peers.list.banned });
        },
        folderChanged: () => this.recheck('what-changed'),
        tryAgain: () => this.enqueue(),
        diskFailed: (error) => {
          if (this.#activation) this.#fail(problemOf(error));
        },
        ...this.stats.counters(context.network.clock),
      },
    });
    if (context.roots.get(record.root) || record.published) this.storage.open();
  }

  /** Another in each session. */
  get peerId(): Uint8Array {
    return (this.#peerId ??= makePeerId(this.#context.version, this.#context.storage.random.bytes(12)));
  }

  get state(): TorrentState {
    return this.#state;
  }

  get record(): TorrentRecord {
    return this.#keeper.current;
  }

  /** Everybody who named the peer, the best first. */
  sourcesOf(peer: Peer): readonly PeerSource[] {
    return this.#network?.peers.list.sourcesOf(peer.endpoint) ?? [];
  }

  /** How the files come to a folder of the user's. */
  get publishing(): TorrentPublishing {
    return this.storage.publishing;
  }

  /** Undefined until it is known and loaded. */
  get metadata(): MetadataRecord | undefined {
    return this.storage.metadata;
  }

  /** What the torrent has under its root: the name of its folder, or of its only file. Undefined while the metadata is unknown. */
  get entryName(): string | undefined {
    return this.metadata ? entryNameOf(this.metadata) : this.record.summary?.entryName;
  }

  /** Undefined until the metadata is known and loaded, and the files can be reached; see {@link load}. */
  get content(): TorrentContent | undefined {
    return this.storage.content;
  }

  /** What is known of the content without loading it; undefined while the metadata is unknown. */
  get summary(): TorrentSummary | undefined {
    return this.storage.summary;
  }

  /** Undefined but while the metadata is being fetched. */
  get fetcher(): MetadataFetcher | undefined {
    return this.#fetcher;
  }

  get peers(): ReadonlySet<Peer> {
    return this.#network?.swarm.peers ?? NOBODY;
  }

  /** Undefined until it was online, or is given an address. */
  get network(): TorrentNetwork | undefined {
    return this.#network;
  }

  /** Every wanted piece is verified on disk, as far as has been looked. */
  get isComplete(): boolean {
    return this.storage.isComplete;
  }

  /** BEP 27. False while it is unknown. */
  get isPrivate(): boolean {
    return this.content?.info.isPrivate ?? this.record.summary?.isPrivate ?? false;
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
    return this.#network?.peers.list.knownCount ?? this.record.peers.length;
  }

  /**
   * Reads what is stored of the torrent, if that has not been done, and makes its content available: for a view of its details, or to
   * read its files. Undefined without metadata, or while the files cannot be reached. Never rejects.
   */
  async load(): Promise<TorrentContent | undefined> {
    await this.storage.load();
    if (this.#isClosed || this.content) return this.content;
    try {
      const content = this.storage.open();
      if (content) this.emit('changed');
      return content;
    } catch (error) {
      this.#context.network.logger.warn('torrent', `${this.id} cannot be opened: ${String(error)}`);
      return undefined;
    }
  }

  /**
   * Goes on, or tries again after a failure, when it is its turn in the queue; `isForced`: whatever the queue says. What has shared enough
   * shares on without that limit, and what waits to be copied to the user's folder is tried again.
   */
  start(options: { readonly isForced?: boolean } = {}): void {
    const limits = { ...this.record.limits, ...withoutReached(this, this.#context) };
    this.#keeper.change({ desired: 'started', isForced: options.isForced ?? false, limits });
    this.enqueue();
    this.#context.queue.changed();
    this.publishing.retry();
  }

  /** Waits for its turn as it was started before. Without effect while it does, or runs. */
  enqueue(): void {
    if (!this.#isClosed && this.#context.queue.enter(queuedTorrent(this, this.#context.network.clock)))
      this.awaitTurn();
  }

  /** For the queue alone. */
  takeTurn(): void {
    this.#activation = new AbortController();
    void this.#activate(this.#activation.signal);
  }

  /** For the queue alone. */
  awaitTurn(): void {
    void this.#deactivate();
    this.#enter({ kind: 'queued' });
  }

  /**
   * Ends all network activity; what is verified stays. `desired`: whether the next session starts it. Resolves when trackers have been told,
   * after 5 s at most.
   */
  async stop(desired: TorrentRecord['desired'] = 'stopped'): Promise<void> {
    if (this.#isClosed) return;
    this.#saveAll({ desired });
    this.#context.queue.leave(this.id);
    const ended = this.#deactivate();
    this.#enter({ kind: 'stopped' });
    await ended;
  }

  /** Says what is wanted, and ends `awaiting-choice` when it names files. Without effect before these are known. */
  choose(wishes: FileWishes): void {
    const { content, summary } = this;
    if (!summary) return;
    const wasAwaiting = this.record.awaitingChoice;
    this.#keeper.change(followWishes(this.record, wishes, summary.fileCount));
    if (content) this.#wishesChanged(content);
    else void this.load().then((loaded) => loaded && this.#wishesChanged(loaded));
    if (this.storage.isChecked && this.#activation) this.#followCompleteness();
    else if (wasAwaiting && this.#activation) void this.#activate(this.#activation.signal);
    this.emit('changed');
  }

  /**
   * An address from a link, the user or a test; stored at once, because nobody may tell it again after a crash. The peers of a private
   * torrent come from its trackers and the user (BEP 27).
   */
  addPeer(endpoint: Endpoint, source: PeerSource): void {
    if (source !== 'manual' && this.isPrivate) return;
    this.#live.peers.add(endpoint, source);
    this.#keeper.change({ peers: this.#live.peers.worthKeeping() });
  }

  /** A peer that dialled us and asked for this torrent. */
  accept(connection: PeerConnection, handshake: Handshake): void {
    if (this.#network) this.#network.swarm.accept(connection, handshake);
    else connection.close();
  }

  /** Trackers of another link or file of this torrent; those that are new are kept, unless it is private (BEP 27). How many these are. */
  addTrackers(tiers: readonly (readonly string[])[]): number {
    const added = this.isPrivate ? [] : newTiers(this.record.trackers, tiers);
    if (added.length > 0) this.setTrackers([...this.record.trackers, ...added]);
    return added.flat().length;
  }

  /** Replaces the trackers; those that stay go on as they are. Holds at once and is stored. */
  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.#keeper.change({ trackers: tiers });
    this.#network?.trackers.setTiers(tiers);
  }

  /** The raw info dictionary, from peers or from a file; its hash has been checked. Without effect when it is known. */
  async learnMetadata(info: Uint8Array, remarks: Partial<MetadataRecord> = {}): Promise<void> {
    if (!this.storage.isLoaded) await this.storage.load();
    if (this.metadata) return;
    this.#fetcher = undefined;
    try {
      const metadata = { ...this.#context.describe(this.id, this.record.root, info), ...remarks };
      this.#isMetadataNew = true;
      await this.storage.learn(metadata);
      // A stop and a start since may have opened it already.
      if (this.#isClosed || this.content) return;
      this.#open();
      if (this.#activation) void this.#activate(this.#activation.signal);
    } catch (error) {
      if (this.#activation) this.#fail(problemOf(error));
    }
  }

  /** Changes the limits named, the others stay. Holds at once and is stored. */
  setLimits(changes: Partial<TorrentLimits>): void {
    this.#keeper.change({ limits: sanitizeLimits({ ...this.record.limits, ...changes }) });
    this.#network?.peers.rates.setLimits(this.record.limits);
    this.emit('changed');
  }

  /** Empty text takes the label away; more than 100 characters are cut off. */
  setLabel(label: string): void {
    this.#keeper.change({ label: cleanLabel(label) });
    this.emit('changed');
  }

  /** Seeds by BEP 16 while nobody else seeds: peers that are connected come anew. Holds at once and is stored. */
  setSuperSeeding(isSuperSeeding: boolean): void {
    this.#keeper.change({ isSuperSeeding });
    this.content?.uploader.superSeed.setWanted(isSuperSeeding);
    this.emit('changed');
  }

  /**
   * A player needs the piece within so many milliseconds: it comes before all without a deadline, of whoever is in time. Undefined takes that
   * back. Not stored; without effect on a piece that is here, or is not wanted.
   */
  setDeadline(pieceIndex: number, withinMs: number | undefined): void {
    const now = this.#context.network.clock.now();
    this.content?.downloader.setDeadline(pieceIndex, withinMs === undefined ? undefined : now + withinMs);
  }

  /** Asks trackers, the DHT and the local network as soon as each allows it. */
  announceNow(): void {
    this.#network?.trackers.announceNow();
    this.#network?.peers.lookNow();
  }

  /**
   * Hashes what is on disk, then goes on as before. When everything is in doubt that is the user's wish: it is done while the torrent is
   * stopped too, and one that has failed tries again.
   */
  recheck(doubt: Doubt = 'everything'): void {
    const isIdle = doubt === 'everything' && this.#state.kind === 'stopped' && this.summary !== undefined;
    this.storage.mustRecheck(doubt);
    if (doubt === 'everything' && this.#state.kind === 'failed') this.enqueue();
    if (!this.#activation && !isIdle) return;
    void this.#deactivate();
    this.takeTurn();
  }

  /** The download root came, went, was lost or is available again. */
  rootChanged(): void {
    const outcome = this.storage.rootChanged(this.#state, this);
    if (outcome === 'start') this.enqueue();
    else if (outcome) this.#fail(outcome);
  }

  /** About every second while the torrent is online. */
  tick(): void {
    this.content?.tick(this.peers);
    this.#fetcher?.tick();
    this.#network?.peers.tick();
    if (this.storage.tick()) this.#keeper.change({ summary: this.summary });
    if (this.#state.kind === 'seeding' && hasSharedEnough(this, this.#context)) void this.stop();
    const hasPeers = this.peers.size > 0;
    if (hasPeers || this.#hadPeers) this.emit('changed');
    this.#hadPeers = hasPeers;
  }

  snapshot(): TorrentSnapshot {
    return snapshotOf(this, this.#context);
  }

  /** Files, and what depends on them, come with {@link load}. */
  details(): TorrentDetails {
    return detailsOf(this, this.#live.trackers);
  }

  /** Ends everything and stores what is left to store; the torrent starts again with the next session if it was started. */
  async close(): Promise<void> {
    if (this.#network) this.#saveAll({});
    await this.#end();
    this.#network?.close();
    await this.storage.close();
  }

  /** Ends everything and stores nothing more. The files may be free long before the trackers have been told, after 5 s at most. */
  discard(): { readonly filesFree: Promise<void>; readonly trackersTold: Promise<void> } {
    this.#keeper.discard();
    this.storage.discard();
    const trackersTold = this.#end().then(() => {
      this.#network?.close();
    });
    return { filesFree: this.storage.close(), trackersTold };
  }

  async #end(): Promise<void> {
    this.#isClosed = true;
    this.#context.queue.leave(this.id);
    const ended = this.#deactivate();
    this.removeAllListeners();
    await ended;
  }

  get #live(): TorrentNetwork {
    this.#network ??= new TorrentNetwork({
      torrent: this,
      record: this.record,
      stats: this.stats,
      leftBytes: () => this.content?.missingBytes,
      context: this.#context,
      changed: () => {
        this.emit('changed');
      },
    });
    return this.#network;
  }

  async #activate(signal: AbortSignal): Promise<void> {
    const isOver = () => signal.aborted;
    try {
      await this.storage.prepare(signal);
      if (isOver()) return;
      const content = this.#open();
      if (content && !this.record.awaitingChoice) await this.#check(content, signal);
      if (isOver()) return;
      if (this.record.desired === 'stopped') await this.stop();
      else if (!content) this.#fetchMetadata(isOver);
      else if (this.record.awaitingChoice) this.#enter({ kind: 'awaiting-choice' });
      else this.#goOnline(content);
    } catch (error) {
      if (!isOver()) this.#fail(problemOf(error));
    }
  }

  #fetchMetadata(isOver: () => boolean): void {
    this.#enter({ kind: 'metadata' });
    this.#fetcher = this.#live.createFetcher((info) => {
      // One of an earlier activation may still be hashing.
      if (!isOver()) void this.learnMetadata(info);
    });
    this.#context.chokeRounds.add(this);
    this.#live.start({ allTiers: true });
  }

  /** What is on disk is known. Throws as `TorrentStorage.begin`. */
  #goOnline(content: TorrentContent): void {
    this.#live.peers.liaison.announceHaves(content);
    this.storage.begin();
    this.#context.chokeRounds.add(this);
    this.#live.start({ allTiers: false });
    this.#followCompleteness();
  }

  async #deactivate(): Promise<void> {
    this.#activation?.abort();
    this.#activation = undefined;
    this.#context.chokeRounds.remove(this);
    this.storage.end();
    this.#fetcher = undefined;
    await this.#network?.stop();
  }

  #fail(problem: TorrentProblem): void {
    this.#context.network.logger.warn('torrent', `${this.id} failed: ${problem.code}, ${problem.message}`);
    this.#context.queue.leave(this.id);
    void this.#deactivate();
    this.storage.failed(problem);
    this.#enter({ kind: 'failed', problem });
  }

  /** The only place where the state changes. */
  #enter(state: TorrentState): void {
    this.stats.activity.enter(state.kind, this.#context.network.clock.now());
    const isOther = state.kind !== this.#state.kind;
    this.#state = state;
    if (isOther) this.#context.queue.follow(this.id);
    this.emit('changed');
  }

  #wishesChanged(content: TorrentContent): void {
    content.follow(this.record);
    this.#keeper.change({ summary: this.summary });
    this.emit('changed');
  }

  /** Undefined without metadata. Throws what keeps the files from being reached. */
  #open(): TorrentContent | undefined {
    const content = this.storage.open();
    if (content && this.#isMetadataNew) {
      this.#isMetadataNew = false;
      this.#keeper.change({ name: plainText(content.info.name), summary: this.summary });
      this.#network?.metadataKnown(content);
      this.emit('metadata');
    }
    return content;
  }

  async #check(content: TorrentContent, signal: AbortSignal): Promise<void> {
    const hasLooked = await this.storage.check(content, {
      signal,
      onProgress: (progress) => this.#enter({ kind: 'checking', progress }),
    });
    const { summary } = this;
    // Of what was transferred the last session knew enough: it is on record with the progress.
    if (hasLooked && !isAsFar(summary, this.record.summary)) this.#keeper.change({ summary });
  }

  /** Enters downloading, publishing or seeding, whichever is true. */
  #followCompleteness(): void {
    const before = this.#state.kind;
    const { isComplete } = this;
    if (isComplete && this.record.completedAt === undefined)
      this.#keeper.change({ completedAt: this.#context.network.clock.wallTime(), summary: this.summary });
    this.#enter(isComplete ? this.publishing.stateWhenComplete : { kind: 'downloading' });
    this.#live.peers.followCompleteness();
    if (isComplete && before === 'downloading') {
      this.stats.timesCompleted++;
      if (this.content?.missingBytes === 0) this.#live.trackers.completed();
    }
    if (this.#state.kind === 'seeding' && (before === 'downloading' || before === 'publishing')) this.emit('completed');
  }

  /** All that may have changed without being stored at once. */
  #saveAll(changes: Partial<TorrentRecord>): void {
    this.storage.rest();
    this.#keeper.change({
      ...changes,
      ...(this.#network && { peers: this.#network.peers.worthKeeping() }),
      summary: this.summary,
    });
  }
}
