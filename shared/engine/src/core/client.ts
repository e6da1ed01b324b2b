import type { ITcpSocket } from '../interfaces/socket.js';
import type { StopAnnounce } from '../interfaces/tracker.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { AddressPolicy } from './address-policy.js';
import { settleChangedFiles } from './changed-files.js';
import { ChokeRounds } from './choke-rounds.js';
import { ConnectionBudget } from './connection-budget.js';
import { Dialer } from './dialer.js';
import { DEFAULT_ROOT, DownloadRoots, RootMissingError } from './download-roots.js';
import { ExternalAddress } from './external-address.js';
import { placeFiles } from './file-placement.js';
import { Heartbeat } from './heartbeat.js';
import { KeptFiles } from './kept-files.js';
import type { PeerDiscovery } from './peer-discovery.js';
import { Reachability } from './reachability.js';
import { Reception } from './reception.js';
import { Removals } from './removals.js';
import { SessionTransfer } from './session-transfer.js';
import { type DamagedRecords, reportDamage } from './damaged-records.js';
import { SessionManager, type StoredContent } from './session-manager.js';
import { SettingsKeeper } from './settings-keeper.js';
import type { ClientSettings } from './settings.js';
import type { ChangedFilesWish, ClientSnapshot } from './snapshots.js';
import { createStorage, memoryUse } from './storage-resources.js';
import { StorageRoom } from './storage-room.js';
import { newTorrentRecord } from './new-torrent.js';
import type { QueueMove } from './queue-order.js';
import { TorrentQueue } from './torrent-queue.js';
import { Traffic } from './traffic.js';
import { withFreshSchedule } from './turtle.js';
import { KeyedTurns } from './keyed-turns.js';
import type { MetadataRecord, TorrentRecord } from './torrent-record.js';
import { trafficOf } from './torrent-snapshot.js';
import type { TorrentContext } from './torrent-context.js';
import { TorrentPlaces } from './torrent-places.js';
import { Torrent } from './torrent.js';
import { type AddOptions, type AddSource, type DescribedSource, describeSource } from './add-source.js';
import type { ClientEvents } from './client-events.js';
import type { ClientOptions } from './client-options.js';
import { UnknownTorrentError } from './unknown-torrent-error.js';
import { UdpPort } from './udp-port.js';

const QUEUE_STATE = 'queue-order';
/** Where peers may come from. */
const SOURCE_SETTINGS = ['enableDht', 'enablePex', 'enableLsd'] as const;

/** A whole BitTorrent client: all torrents, one port, one set of limits. Made by the host's composition root, then {@link start}ed. */
export class Client extends TypedEmitter<ClientEvents> {
  /** Where torrents may lie; folders of the user's come and go here. */
  readonly roots: DownloadRoots;
  /** Moving and renaming. */
  readonly places: TorrentPlaces;
  readonly #options: ClientOptions;
  readonly #session: SessionManager;
  readonly #torrents = new Map<string, Torrent>();
  readonly #removals: Removals;
  readonly #kept: KeptFiles;
  /** By id: adding and removing one torrent follow one another. */
  readonly #turns = new KeyedTurns();
  readonly #settings: SettingsKeeper;
  #context: TorrentContext | undefined;
  #budget: ConnectionBudget | undefined;
  #dialer: Dialer | undefined;
  #chokeRounds: ChokeRounds | undefined;
  readonly #queue: TorrentQueue;
  readonly #traffic: Traffic;
  #reception: Reception | undefined;
  #lastPort: number | undefined;
  readonly room: StorageRoom;
  readonly #udp: UdpPort;
  /** What others see of us; see there who votes. */
  readonly #externalAddress = new ExternalAddress({
    accepts: (host) => new AddressPolicy(this.settings).allows({ host, port: 1 }, 'pex'),
  });
  /** When others on the Internet came to us by themselves. */
  readonly reachability: Reachability;
  #discoveries: readonly PeerDiscovery[] = [];
  readonly #heartbeat: Heartbeat;
  /** The whole session as a file. */
  readonly transfer: SessionTransfer;

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#session = new SessionManager({ ...options, onDamage: () => this.emit('changed') });
    this.reachability = new Reachability({ clock: options.clock, session: this.#session });
    this.#settings = new SettingsKeeper({ ...options, session: this.#session, overrides: options.settings });
    this.#udp = new UdpPort(options);
    const { clock } = options;
    const settings = () => this.settings;
    this.#queue = new TorrentQueue({
      clock,
      settings,
      onReordered: (ids) => {
        this.#session.saveState(QUEUE_STATE, () => this.#queue.order.encode());
        for (const torrent of ids.flatMap((id) => this.get(id) ?? [])) this.emit('torrentChanged', torrent);
      },
    });
    this.#traffic = new Traffic({
      clock,
      settings,
      onChange: () => this.emit('changed'),
    });
    this.roots = new DownloadRoots(options.roots, (name) => this.#onRootChanged(name));
    const owners = () => [...this.torrents, ...this.#removals.torrents];
    this.#kept = new KeptFiles(this.#session, this.roots, owners);
    this.#removals = new Removals({
      ...options,
      session: this.#session,
      queue: this.#queue,
      kept: this.#kept,
      roots: this.roots,
      torrents: this.#torrents,
      adopt: (record) => this.#adopt(record, undefined),
      events: this,
    });
    this.room = new StorageRoom({ roots: this.roots, clock: options.clock });
    this.#heartbeat = new Heartbeat({
      clock: options.clock,
      torrents: () => this.#torrents.values(),
      onBeat: () => {
        this.#queue.tick();
        this.#dialer?.kick();
        this.emit('changed');
      },
    });
    this.places = new TorrentPlaces({
      turns: this.#turns,
      roots: this.roots,
      find: (id) => this.#find(id),
      takenNames: (id, root) => this.#kept.takenNames(id, root),
      owners,
    });
    this.transfer = new SessionTransfer({
      hasher: options.hasher,
      roots: this.roots,
      session: this.#session,
      torrents: () => this.#queue.order.ids.flatMap((id) => this.get(id) ?? []),
      settings: this.#settings,
      updateSettings: (changes) => this.updateSettings(changes),
      takenNames: (id, root) => this.#kept.takenNames(id, root),
      turns: this.#turns,
      isHere: (id) => this.#torrents.has(id),
      makeWay: (id, root) => this.#removals.makeWay(id, root),
      take: (record, metadata) => this.#take(record, metadata),
    });
  }

  get settings(): ClientSettings {
    return this.#settings.current;
  }

  get torrents(): readonly Torrent[] {
    return [...this.#torrents.values()];
  }

  /** Records of the session that could not be read and were set aside. */
  get damage(): DamagedRecords {
    return this.#session.damage;
  }

  get(id: string): Torrent | undefined {
    return this.#torrents.get(id);
  }

  /** A torrent lies under that root: one of the list, or one whose removal can still be taken back or is under way. */
  isRootInUse(name: string): boolean {
    return this.torrents.some(({ record }) => record.root === name) || this.#removals.needsRoot(name);
  }

  /** Loads the session, listens, and goes on with every torrent that was started. Rejects when the session store cannot be read. */
  async start(): Promise<void> {
    await this.#settings.load();
    this.#context = this.#compose();
    this.#traffic.follow();
    const [torrents, queue] = await Promise.all([
      this.#session.loadTorrents(),
      this.#session.loadState(QUEUE_STATE),
      this.#listen(),
      this.#kept.load(),
      this.reachability.load(),
    ]);
    const inOrder = torrents.toSorted((a, b) => a.addedAt - b.addedAt);
    const ids = inOrder.map(({ id }) => id);
    this.#queue.order.restore(queue, ids);
    for (const record of inOrder) this.#restore(record);
    this.#session.tidyUp((id) => this.#torrents.has(id) || this.#removals.has(id));
    this.emit('changed');
  }

  /**
   * Adds a torrent and stores it before anything else happens; one that is there already gains the peers, trackers and metadata that are
   * new (`newTrackers`: how many). Throws `MagnetError` or `MetainfoError` for what cannot be read, `RootMissingError`, or what the session store throws.
   */
  async add(
    source: AddSource,
    options: AddOptions = {},
  ): Promise<{ readonly torrent: Torrent; readonly isNew: boolean; readonly newTrackers: number }> {
    const described = await describeSource(source, this.#options.hasher, this.settings.maxMetadataBytes);
    return this.#turns.run(described.id, async () => {
      const returned = await this.#removals.makeWay(described.id, options.root ?? DEFAULT_ROOT);
      const known = this.#torrents.get(described.id);
      const torrent = known ?? (await this.#create(described, options));
      const newTrackers = known?.addTrackers(described.trackers) ?? 0;
      if (known && described.info) await known.learnMetadata(described.info, described.remarks);
      for (const peer of options.peers ?? []) torrent.addPeer(peer, 'manual');
      for (const peer of described.peers) torrent.addPeer(peer, 'magnet');
      for (const node of described.nodes) for (const discovery of this.#discoveries) discovery.addNode?.(node);
      if ((!known || returned) && options.start !== false) torrent.start();
      return { torrent, isNew: !known, newTrackers };
    });
  }

  /**
   * Forgets a torrent and, when asked, deletes its files; with `undoMs` only after so long, unless {@link undoRemove} takes it back. Throws
   * {@link UnknownTorrentError}, or what the store throws; `RootMissingError` or `FileSystemError` when files are left: the torrent is out
   * of the list then, and they are removed as soon as they can be, by the next session if need be.
   */
  remove(id: string, options: { readonly deleteFiles: boolean; readonly undoMs?: number }): Promise<void> {
    return this.#turns.run(id, () => this.#removals.remove(this.#find(id), options));
  }

  /** The torrent that was removed is as before. Throws {@link UnknownTorrentError} when the time for that is over. */
  undoRemove(id: string): Promise<void> {
    return this.#turns.run(id, async () => {
      if (!(await this.#removals.undo(id))) throw new UnknownTorrentError(`no torrent ${id} to take back`);
    });
  }

  /**
   * For a host that has all its roots, and has the client started: removals that wait for another one, which the user gave up, end. What
   * lies there is the user's from now on. Resolves with the names of their torrents; never rejects.
   */
  endOrphanedRemovals(): Promise<readonly string[]> {
    return this.#removals.endOrphaned();
  }

  /** See there. Throws {@link UnknownTorrentError}, or what the store throws. */
  settleChangedFiles(id: string, wish: ChangedFilesWish): Promise<void> {
    return this.#turns.run(id, () => settleChangedFiles(this.#find(id), wish));
  }

  /** Changes settings; they hold at once and are stored. */
  async updateSettings(wishes: Partial<ClientSettings>): Promise<void> {
    const changes = withFreshSchedule(wishes);
    const before = this.settings;
    this.#settings.change(changes);
    this.#budget?.setLimit(this.settings.maxConnections);
    this.#dialer?.setAttemptsPerSecond(this.settings.maxConnectionAttemptsPerSecond);
    this.#traffic.follow();
    this.#queue.changed();
    await this.#settings.save();
    if (SOURCE_SETTINGS.some((name) => before[name] !== this.settings[name])) {
      for (const torrent of this.torrents) torrent.network?.peers.sourcesChanged();
    }
    if (before.listenPort !== this.settings.listenPort) await this.#listen();
    this.emit('changed');
  }

  /** Switches to the slow limits or back, by hand; against a schedule until that changes its mind. */
  switchTurtle(wish: { readonly isOn: boolean }): Promise<void> {
    return this.updateSettings(this.#traffic.turtle.switched(wish));
  }

  /** Moves a torrent in the queue. */
  moveInQueue(id: string, move: QueueMove): void {
    this.#queue.move(id, move);
  }

  /** Listens again, for a host whose sockets can all vanish at once; with that the network is back. */
  async relisten(): Promise<void> {
    await this.#listen();
    this.networkIsBack();
  }

  /** Dials again who waits for that, and looks around in the local network, for a host that knows when its network comes back. */
  networkIsBack(): void {
    for (const torrent of this.torrents) torrent.network?.swarm.networkIsBack();
    for (const discovery of this.#discoveries) discovery.networkIsBack?.();
  }

  /** Takes a connection that did not come through the port; its handshake says for which torrent. */
  accept(socket: ITcpSocket): void {
    this.#reception?.accept(socket);
  }

  snapshot(): ClientSnapshot {
    return {
      ...trafficOf(this.torrents, this.#options.clock.now()),
      listenPort: this.#reception?.listener.port,
      dhtNodes: this.#discoveries.find(({ nodeCount }) => nodeCount !== undefined)?.nodeCount,
      isTurtleOn: this.#traffic.turtle.isOn,
      memory: memoryUse(this.#context?.storage),
      lostRoots: this.roots.lost,
      removed: this.#removals.undoable,
      damage: reportDamage(this.damage.untold),
    };
  }

  /** Ready-made `stopped` announces of all torrents, for a host that may vanish without a word. */
  stopAnnounces(): readonly StopAnnounce[] {
    return this.torrents.flatMap((torrent) => torrent.network?.trackers.stopAnnounces() ?? []);
  }

  /** Tells the trackers (5 s at most), stores everything, closes all sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.torrents.map((torrent) => torrent.close()), this.#removals.close()]);
    // Only now: a tracker is told the port under which it knows us.
    this.#reception?.listener.close();
    for (const discovery of this.#discoveries) discovery.close();
    this.#udp.close();
    this.#heartbeat.close();
    this.room.close();
    this.#dialer?.close();
    this.#chokeRounds?.close();
    this.#traffic.close();
    await this.#session.close();
    this.removeAllListeners();
  }

  #compose(): TorrentContext {
    const { sockets, clock, logger, random, hasher, createTrackers, version, sections } = this.#options;
    const { maxConnections, maxConnectionAttemptsPerSecond, pieceMemoryBytes } = this.settings;
    const policy = () => new AddressPolicy(this.settings);
    const budget = (this.#budget = new ConnectionBudget(maxConnections));
    const dialer = (this.#dialer = new Dialer({ clock, budget, attemptsPerSecond: maxConnectionAttemptsPerSecond }));
    const chokeRounds = (this.#chokeRounds = new ChokeRounds({ clock, random, settings: () => this.settings }));
    this.#reception = new Reception({
      ...this.#options,
      reachability: this.reachability,
      wantedPort: () => this.settings.listenPort,
      onPort: (port) => this.#onPort(port),
      find: (id) => this.#torrents.get(id),
    });
    const listenPort = () => this.#reception?.listener.port;
    const { createDiscoveries = [] } = this.#options;
    this.#discoveries = createDiscoveries.map((create) =>
      create({
        listenPort,
        settings: () => this.settings,
        get policy() {
          return policy();
        },
        udp: this.#udp,
        externalAddress: this.#externalAddress,
        reachability: this.reachability,
        loadState: (name) => this.#session.loadState(name),
        saveState: (name, current) => {
          this.#session.saveState(name, current);
        },
      }),
    );
    return {
      network: {
        sockets,
        clock,
        logger,
        budget,
        dialer,
        limiters: this.#traffic.limiters,
        get policy() {
          return policy();
        },
      },
      storage: createStorage({ hasher, clock, random, sections, pieceMemoryBytes }),
      session: this.#session,
      chokeRounds,
      queue: this.#queue,
      externalAddress: this.#externalAddress,
      discoveries: this.#discoveries,
      createTrackers: (torrent) =>
        createTrackers({
          ...torrent,
          userAgent: `JSTorrent/${version}`,
          udp: this.#udp,
          announceToAll: () => this.settings.announceToAllTrackers,
          port: () => this.#reception?.listener.port ?? 0,
        }),
      version,
      settings: () => this.settings,
      listenPort,
      udpPort: () => this.#udp.port,
      roots: this.roots,
      room: this.room,
      describe: (id, root, info) => this.#describe(id, root, info),
    };
  }

  async #create(described: DescribedSource, options: AddOptions): Promise<Torrent> {
    const { id, info } = described;
    const root = options.root ?? DEFAULT_ROOT;
    const rootKind = this.roots.get(root)?.kind;
    if (!rootKind) throw new RootMissingError(`there is no download root named ${root}`);
    const metadata = info ? { ...this.#describe(id, root, info), ...described.remarks } : undefined;
    const addedAt = this.#options.clock.wallTime();
    return this.#take(newTorrentRecord(described, { root, rootKind, metadata, options, addedAt }), metadata);
  }

  /** A torrent that is new here: stores it. */
  async #take(record: TorrentRecord, metadata: MetadataRecord | undefined): Promise<Torrent> {
    const torrent = this.#adopt(record, { metadata, progress: undefined, stamps: undefined });
    try {
      if (metadata) await this.#session.saveMetadata(record.id, metadata);
      await this.#session.saveTorrent(record);
    } catch (error) {
      this.#torrents.delete(record.id);
      await this.#removals.discard(torrent);
      throw error;
    }
    this.emit('torrentAdded', torrent);
    return torrent;
  }

  #restore(record: TorrentRecord): void {
    const torrent = this.#adopt(record, undefined);
    if (record.removal) {
      this.#removals.resume(torrent);
      return;
    }
    this.emit('torrentAdded', torrent);
    if (record.desired === 'started') torrent.enqueue();
  }

  #adopt(record: TorrentRecord, stored: StoredContent | undefined): Torrent {
    if (!this.#context) throw new Error('the client is not started');
    const torrent = new Torrent(record, stored, this.#context);
    this.#torrents.set(torrent.id, torrent);
    this.#queue.register(torrent.id);
    torrent.on('changed', () => {
      if (torrent.isOnline) this.#heartbeat.wake();
      this.emit('torrentChanged', torrent);
    });
    torrent.on('completed', () => {
      this.emit('torrentCompleted', torrent);
    });
    return torrent;
  }

  #find(id: string): Torrent {
    const torrent = this.#torrents.get(id);
    if (!torrent) throw new UnknownTorrentError(`no torrent ${id}`);
    return torrent;
  }

  #describe(id: string, root: string, info: Uint8Array): MetadataRecord {
    return placeFiles(info, this.#kept.takenNames(id, root), { maxBytes: this.settings.maxMetadataBytes });
  }

  #onRootChanged(name: string): void {
    for (const torrent of this.torrents) if (torrent.record.root === name) torrent.rootChanged();
    this.#removals.rootChanged(name);
    this.emit('changed');
  }

  /** On TCP and UDP. */
  async #listen(): Promise<void> {
    await this.#reception?.listener.open();
    await this.#udp.settled();
  }

  #onPort(port: number): void {
    void this.#udp.open(port);
    this.#settings.portChosen(port);
    // Others would look for us at the old one until the next announce.
    if (port !== this.#lastPort) for (const torrent of this.torrents) torrent.announceNow();
    this.#lastPort = port;
    this.emit('changed');
  }
}
