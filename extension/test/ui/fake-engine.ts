import { DEFAULT_SETTINGS, type IClock } from '@jstorrent/engine';
import { RpcClient, type RpcListeners } from '../../src/rpc/client.js';
import { RpcServer, type RpcHandlers } from '../../src/rpc/server.js';
import {
  type AddResult,
  BROWSER_ROOT,
  type BridgeStatus,
  type DamageReport,
  type FolderStatus,
  type HostNotice,
  type ImportedSession,
  type ImportedTorrent,
  type LogLine,
  type PendingAdd,
  type PieceMap,
  type QueueMove,
  type Settings,
  type SpeedHistory,
  type TorrentDetails,
  type TorrentLimits,
  type TorrentSnapshot,
} from '../../src/rpc/types.js';
import type { SelfTestReport } from '../../src/rpc/self-test.js';
import { createPortPair } from '../rpc/port-pair.js';
import { sampleDetails, sampleStatus, sampleTorrent, torrentId } from '../rpc/samples.js';

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  listenPort: 50_000,
  useFastLane: true,
  defaultRoot: BROWSER_ROOT,
  keepAwake: false,
  keepRunning: false,
  notify: false,
  badge: 'downloads',
};

/** A host where all is well. */
const GOOD_REPORT: SelfTestReport = {
  finishedAt: Date.UTC(2026, 0, 20, 12),
  version: '0.1.0',
  bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'fast' },
  roundTripMs: 1.25,
  isFastLaneWanted: true,
  laneBytesPerSecond: 187_000_000,
  isUdpWorking: true,
  listenPort: 50_000,
  peerAt: Date.UTC(2026, 0, 20, 11, 57),
  isDhtEnabled: true,
  dhtNodes: 212,
  disk: { writeBytesPerSecond: 640_000_000, readBytesPerSecond: 1_200_000_000 },
  hashBytesPerSecond: 870_000_000,
  folders: [],
};

/** An engine host without an engine: the real server on state that a test or a page sets. */
export class FakeEngine {
  readonly torrents = new Map<string, TorrentSnapshot>();
  readonly details = new Map<string, TorrentDetails>();
  /** Every request, in order. */
  readonly requests: { readonly method: string; readonly params: unknown }[] = [];
  /** Methods that fail, with the code of the error. */
  readonly failures = new Map<string, string>();
  /** Trackers that a torrent gains that is added again. */
  newTrackers = 0;
  /** Of the disk beside the browser; null when nobody knows. */
  freeBytes: number | null = null;
  bridge: BridgeStatus = { kind: 'ready', helperVersion: '0.1.0', lane: 'fast' };
  pending: readonly PendingAdd[] = [];
  notices: readonly HostNotice[] = [];
  folders: readonly FolderStatus[] = [];
  /** Removed torrents whose files stay in a folder that is forgotten. */
  leftBehind: readonly string[] = [];
  /** What of the session is damaged. */
  damage: DamageReport | undefined;
  /** Those that can be had back. */
  readonly removed = new Map<string, TorrentSnapshot>();
  dhtNodes: number | undefined = 212;
  settings = SETTINGS;
  pieces: PieceMap | null = null;
  speeds: Pick<SpeedHistory, 'down' | 'up'> = { down: [], up: [] };
  log: readonly LogLine[] = [];
  /** What an import brings. */
  imported: readonly ImportedTorrent[] = [];
  importedBeside: Omit<ImportedSession, 'torrents'> = { settings: [] };
  /** What a self-test finds. */
  selfTest = GOOD_REPORT;
  readonly #server: RpcServer;

  constructor(private readonly clock: IClock) {
    this.#server = new RpcServer({
      clock,
      model: {
        status: () => this.#status(),
        torrents: () => [...this.torrents.values()],
        torrent: (id) => this.torrents.get(id),
        details: (id) => (this.torrents.has(id) ? (this.details.get(id) ?? sampleDetails({ files: [] })) : undefined),
        loadDetails: () => Promise.resolve(),
      },
      handlers: this.#handlers(),
    });
  }

  /** For `new Store(...)`. */
  createRpc = (listeners: RpcListeners): RpcClient =>
    new RpcClient({
      clock: this.clock,
      listeners,
      connect: () => {
        const { view, host } = createPortPair();
        this.#server.attach(host);
        return Promise.resolve(view);
      },
    });

  put(change: Partial<TorrentSnapshot> & { readonly id: string }, details?: TorrentDetails): void {
    this.torrents.set(change.id, { ...(this.torrents.get(change.id) ?? sampleTorrent()), ...change });
    if (details) this.details.set(change.id, details);
    this.#server.torrentChanged(change.id);
    this.#server.statusChanged();
  }

  remove(id: string): void {
    this.torrents.delete(id);
    this.#server.torrentChanged(id);
  }

  setStatus(change: {
    readonly bridge?: BridgeStatus;
    readonly pending?: readonly PendingAdd[];
    readonly notices?: readonly HostNotice[];
    readonly folders?: readonly FolderStatus[];
  }): void {
    this.bridge = change.bridge ?? this.bridge;
    this.pending = change.pending ?? this.pending;
    this.notices = change.notices ?? this.notices;
    this.folders = change.folders ?? this.folders;
    this.#server.statusChanged();
  }

  #status(): ReturnType<typeof sampleStatus> {
    const torrents = [...this.torrents.values()];
    const sum = (of: (torrent: TorrentSnapshot) => number): number =>
      torrents.reduce((total, torrent) => total + of(torrent), 0);
    return sampleStatus({
      bridge: this.bridge,
      isDhtEnabled: this.settings.enableDht,
      pending: this.pending,
      notices: this.notices,
      folders: this.folders,
      defaultRoot: this.settings.defaultRoot,
      client: {
        listenPort: 50_000,
        dhtNodes: this.dhtNodes,
        downloadRate: sum((torrent) => torrent.downloadRate),
        uploadRate: sum((torrent) => torrent.uploadRate),
        connectedPeers: sum((torrent) => torrent.connectedPeers),
        memory: { usedBytes: 0, budgetBytes: 96 * 1024 * 1024 },
        isTurtleOn: this.settings.enableTurtle,
        lostRoots: [],
        damage: this.damage,
        removed: [...this.removed.values()].map(({ id, name }) => ({ id, name, deletesFiles: false })),
      },
    });
  }

  #move(id: string, move: QueueMove): void {
    const order = [...this.torrents.values()]
      .sort((a, b) => a.queuePosition - b.queuePosition)
      .map((torrent) => torrent.id);
    const from = order.indexOf(id);
    order.splice(from, 1);
    const beside = (target: string): number => order.indexOf(target);
    const to =
      typeof move === 'string'
        ? { up: from - 1, down: from + 1, top: 0, bottom: order.length }[move]
        : 'before' in move
          ? beside(move.before)
          : beside(move.after) + 1;
    order.splice(to, 0, id);
    for (const [queuePosition, each] of order.entries()) this.put({ id: each, queuePosition });
  }

  #handlers(): RpcHandlers {
    const take = (method: string, params: unknown): void => {
      this.requests.push({ method, params });
      const code = this.failures.get(method);
      if (code !== undefined) throw Object.assign(new Error(code), { code });
    };
    const done =
      (method: string) =>
      (params: unknown): null => {
        take(method, params);
        return null;
      };
    const add =
      (method: string) =>
      (params: unknown): AddResult => {
        take(method, params);
        const id = torrentId('e');
        const isNew = !this.torrents.has(id);
        if (isNew) this.put({ id, name: 'Added', state: { kind: 'metadata' } });
        return { torrentId: id, isNew, ...(isNew ? {} : { newTrackers: this.newTrackers }) };
      };
    const stop = done('stop');
    const start = done('start');
    const remove = done('remove');
    return {
      addMagnet: add('addMagnet'),
      addTorrent: add('addTorrent'),
      addUrl: add('addUrl'),
      addDemo: add('addDemo'),
      confirmPending: add('confirmPending'),
      dismissNotice: (params) => {
        take('dismissNotice', params);
        this.setStatus({ notices: this.notices.filter(({ noticeId }) => noticeId !== params.noticeId) });
        return null;
      },
      dismissPending: (params) => {
        take('dismissPending', params);
        this.setStatus({ pending: this.pending.filter(({ pendingId }) => pendingId !== params.pendingId) });
        return null;
      },
      start: (params) => {
        this.put({ id: params.torrentId, state: { kind: 'downloading' }, isForced: params.isForced ?? false });
        return start(params);
      },
      stop: (params) => {
        this.put({ id: params.torrentId, state: { kind: 'stopped' } });
        return stop(params);
      },
      remove: (params) => {
        const torrent = this.torrents.get(params.torrentId);
        if (params.canUndo && torrent) this.removed.set(torrent.id, torrent);
        this.remove(params.torrentId);
        this.#server.statusChanged();
        return remove(params);
      },
      undoRemove: (params) => {
        const torrent = this.removed.get(params.torrentId);
        take('undoRemove', params);
        this.removed.delete(params.torrentId);
        if (torrent) this.put(torrent);
        return null;
      },
      checkFiles: done('checkFiles'),
      settleChangedFiles: done('settleChangedFiles'),
      setPriorities: done('setPriorities'),
      setOrder: done('setOrder'),
      announceNow: done('announceNow'),
      setTrackers: done('setTrackers'),
      moveInQueue: (params) => {
        take('moveInQueue', params);
        this.#move(params.torrentId, params.move);
        return null;
      },
      setLimits: (params) => {
        take('setLimits', params);
        const limits = Object.entries(params.limits).map(([name, value]) => [name, value ?? undefined]);
        const before = this.torrents.get(params.torrentId) ?? sampleTorrent();
        this.put({
          id: params.torrentId,
          limits: { ...before.limits, ...Object.fromEntries(limits) } as TorrentLimits,
        });
        return null;
      },
      setLabel: (params) => {
        take('setLabel', params);
        this.put({ id: params.torrentId, label: params.label === '' ? undefined : params.label });
        return null;
      },
      getRoom: () => this.freeBytes,
      switchTurtle: (params) => {
        take('switchTurtle', params);
        this.settings = { ...this.settings, enableTurtle: params.isOn };
        this.#server.statusChanged();
        return null;
      },
      pauseAll: done('pauseAll'),
      resumeAll: done('resumeAll'),
      readFile: ({ length, ...params }) => {
        take('readFile', { length, ...params });
        return { data: btoa('x'.repeat(length)) };
      },
      exportDamaged: (params) => {
        take('exportDamaged', params);
        return { data: btoa('damaged') };
      },
      dismissDamage: (params) => {
        take('dismissDamage', params);
        this.damage = undefined;
        this.#server.statusChanged();
        return null;
      },
      exportSession: (params) => {
        take('exportSession', params);
        return { data: btoa('session'), totalBytes: 7 };
      },
      importSession: (params) => {
        take('importSession', params);
        return { torrents: this.imported, ...this.importedBeside };
      },
      getSettings: () => this.settings,
      updateSettings: (patch) => {
        take('updateSettings', patch);
        this.settings = { ...this.settings, ...patch };
        return this.settings;
      },
      getPieces: () => this.pieces,
      getSpeeds: ({ minutes }) => ({ stepSeconds: minutes <= 10 ? 1 : 60, ...this.speeds }),
      getLog: () => this.log,
      runSelfTest: (params) => {
        take('runSelfTest', params);
        return { ...this.selfTest, bridge: this.bridge, folders: this.folders };
      },
      setSuperSeeding: done('setSuperSeeding'),
      retryBridge: done('retryBridge'),
      renameTorrent: (params) => {
        take('renameTorrent', params);
        this.put({ id: params.torrentId, name: params.name });
        return null;
      },
      renameFiles: (params) => {
        take('renameFiles', params);
        if (params.fileIndex === undefined) this.put({ id: params.torrentId, entryName: params.name });
        return null;
      },
      moveTorrent: (params) => {
        take('moveTorrent', params);
        this.put({ id: params.torrentId, root: params.root });
        return null;
      },
      relocate: (params) => {
        take('relocate', params);
        this.put({ id: params.torrentId, root: params.folderId });
        return null;
      },
      refreshFolders: done('refreshFolders'),
      removeFolder: (params) => {
        this.setStatus({ folders: this.folders.filter(({ id }) => id !== params.folderId) });
        done('removeFolder')(params);
        return this.leftBehind;
      },
      saveToDownloads: done('saveToDownloads'),
    };
  }
}
