import {
  type Client,
  fetchTorrent,
  type IHttpClient,
  type LogEntry,
  type Torrent,
  UnknownTorrentError,
} from '@jstorrent/engine';
import { RpcError } from '../rpc/rpc-error.js';
import type { RpcModel } from '../rpc/model.js';
import type { RpcHandlers } from '../rpc/server.js';
import {
  type AddChoices,
  type AddResult,
  BROWSER_ROOT,
  type HostSettings,
  MAX_TORRENT_FILE_BYTES,
  READ_CHUNK_BYTES,
  REMOVE_UNDO_MS,
  type Settings,
  type TorrentLimits,
} from '../rpc/types.js';
import type { HostRequest } from '../lib/host-messages.js';
import type { BridgeLink } from './bridge-link.js';
import type { Demo } from './demo/demo.js';
import type { Folders } from './folders.js';
import type { HostNotices } from './host-notices.js';
import { type HostSettingsStore, splitSettings, usableHere } from './host-settings.js';
import { readLog } from './log-lines.js';
import { pieceMap } from './piece-map.js';
import type { SelfTest } from './self-test.js';
import type { SpeedHistory } from './speed-history.js';
import type { PendingAdds } from './pending-adds.js';
import { SessionFiles } from './session-files.js';
import { saveToDownloads } from './save-to-downloads.js';
import type { UpdateGate } from './update-gate.js';

/** What views can see and change. */
export interface RpcParts {
  readonly client: Client;
  readonly link: BridgeLink;
  readonly pending: PendingAdds;
  readonly notices: HostNotices;
  readonly hostSettings: HostSettingsStore;
  readonly http: IHttpClient;
  readonly folders: Folders;
  readonly updates: UpdateGate;
  readonly speeds: Pick<SpeedHistory, 'read'>;
  readonly selfTest: Pick<SelfTest, 'run'>;
  readonly demo: Pick<Demo, 'add'>;
  /** All that is kept, oldest first. */
  log(): readonly LogEntry[];
  /** Asks the service worker. */
  tell(request: HostRequest): Promise<void>;
  /** Called when they may have changed. */
  hostSettingsChanged(): void;
}

export function createRpcModel({ client, link, pending, notices, folders, hostSettings }: RpcParts): RpcModel {
  return {
    status: () => ({
      client: client.snapshot(),
      bridge: link.status,
      isDhtEnabled: client.settings.enableDht,
      pending: pending.list,
      notices: notices.list,
      folders: folders.list(),
      defaultRoot: hostSettings.current.defaultRoot,
    }),
    torrents: () => client.torrents.map((torrent) => torrent.snapshot()),
    torrent: (torrentId) => client.get(torrentId)?.snapshot(),
    details: (torrentId) => client.get(torrentId)?.details(),
    loadDetails: async (torrentId) => client.get(torrentId)?.load(),
  };
}

export function createRpcHandlers(parts: RpcParts): RpcHandlers {
  const { client, link, pending, notices, hostSettings, http, folders, updates } = parts;
  const find = (torrentId: string): Torrent => {
    const torrent = client.get(torrentId);
    if (!torrent) throw new UnknownTorrentError(`no torrent ${torrentId}`);
    return torrent;
  };
  const add = async (source: Parameters<Client['add']>[0], choices: AddChoices): Promise<AddResult> => {
    const { chooseFilesFirst, root = hostSettings.current.defaultRoot, start = true } = choices;
    const { torrent, isNew, newTrackers } = await client.add(source, { chooseFilesFirst, root, start });
    if (isNew) {
      if (choices.label) torrent.setLabel(choices.label);
      if (choices.isSequential) torrent.choose({ order: { ...torrent.record.order, isSequential: true } });
      if (choices.isFirst) client.moveInQueue(torrent.id, 'top');
    }
    return { torrentId: torrent.id, isNew, ...(newTrackers > 0 ? { newTrackers } : {}) };
  };
  const settings = (): Settings => ({ ...client.settings, ...hostSettings.current });
  const changeHostSettings = async (changes: Partial<HostSettings>): Promise<void> => {
    const before = hostSettings.current;
    if (Object.keys(changes).length > 0) await hostSettings.update(changes);
    if (before.useFastLane !== hostSettings.current.useFastLane) link.fastLaneWishChanged();
  };
  const sessionFiles = new SessionFiles({
    transfer: client.transfer,
    settings: () => hostSettings.current,
    takeSettings: async (given) => {
      const hasRoot = (root: string): boolean => folders.list().some(({ id }) => id === root);
      const changes = usableHere(given, { current: hostSettings.current, hasRoot });
      await changeHostSettings(changes);
      parts.hostSettingsChanged();
      return Object.keys(changes);
    },
  });
  const fetched = async (url: string): Promise<{ metainfo: Uint8Array }> => ({
    metainfo: await fetchTorrent(http, url, { maxBytes: MAX_TORRENT_FILE_BYTES }),
  });
  return {
    addMagnet: ({ magnet, ...choices }) => add({ magnet }, choices),
    addTorrent: ({ metainfo, ...choices }) => add({ metainfo: Uint8Array.fromBase64(metainfo) }, choices),
    addUrl: async ({ url, ...choices }) => add(await fetched(url), choices),
    addDemo: ({ label }) => parts.demo.add(label),
    confirmPending: async ({ pendingId, ...choices }) => {
      const link = pending.linkOf(pendingId);
      if (link === undefined) throw new RpcError('unknown-pending', 'This question was answered already.');
      const result = await add('magnet' in link ? link : await fetched(link.url), choices);
      pending.remove(pendingId);
      return result;
    },
    dismissNotice: ({ noticeId }) => {
      notices.dismiss(noticeId);
      return null;
    },
    dismissPending: ({ pendingId }) => {
      pending.remove(pendingId);
      return null;
    },
    start: ({ torrentId, isForced = false }) => {
      find(torrentId).start({ isForced });
      return null;
    },
    stop: async ({ torrentId }) => {
      await find(torrentId).stop();
      return null;
    },
    checkFiles: ({ torrentId }) => {
      find(torrentId).recheck();
      return null;
    },
    settleChangedFiles: async ({ torrentId, wish }) => {
      await client.settleChangedFiles(torrentId, wish);
      return null;
    },
    remove: async ({ torrentId, deleteFiles, canUndo = false }) => {
      await client.remove(torrentId, { deleteFiles, ...(canUndo ? { undoMs: REMOVE_UNDO_MS } : {}) });
      return null;
    },
    undoRemove: async ({ torrentId }) => {
      await client.undoRemove(torrentId);
      return null;
    },
    setPriorities: ({ torrentId, changes }) => {
      find(torrentId).choose({ priorities: changes });
      return null;
    },
    setOrder: ({ torrentId, order }) => {
      find(torrentId).choose({ order });
      return null;
    },
    announceNow: ({ torrentId }) => {
      find(torrentId).announceNow();
      return null;
    },
    setTrackers: ({ torrentId, tiers }) => {
      find(torrentId).setTrackers(tiers);
      return null;
    },
    moveInQueue: ({ torrentId, move }) => {
      client.moveInQueue(find(torrentId).id, move);
      return null;
    },
    setLimits: ({ torrentId, limits }) => {
      const entries = Object.entries(limits).map(([name, value]) => [name, value ?? undefined]);
      find(torrentId).setLimits(Object.fromEntries(entries) as Partial<TorrentLimits>);
      return null;
    },
    setLabel: ({ torrentId, label }) => {
      find(torrentId).setLabel(label);
      return null;
    },
    setSuperSeeding: ({ torrentId, isSuperSeeding }) => {
      find(torrentId).setSuperSeeding(isSuperSeeding);
      return null;
    },
    switchTurtle: async (wish) => {
      await client.switchTurtle(wish);
      return null;
    },
    pauseAll: async () => {
      await Promise.all(client.torrents.map((torrent) => torrent.stop()));
      return null;
    },
    resumeAll: () => {
      for (const torrent of client.torrents)
        if (torrent.record.desired === 'stopped' || torrent.state.kind === 'failed') torrent.start();
      return null;
    },
    readFile: async ({ torrentId, fileIndex, position, length }) => {
      const content = await find(torrentId).load();
      if (!content) throw new RpcError('no-metadata', 'The files are not known yet.');
      const bytes = await content.readFile(fileIndex, position, Math.min(length, READ_CHUNK_BYTES));
      return { data: bytes.toBase64() };
    },
    exportSession: (params) => sessionFiles.export(params),
    importSession: (params) => sessionFiles.import(params),
    exportDamaged: async () => ({ data: (await client.damage.export()).toBase64() }),
    dismissDamage: async () => {
      await client.damage.dismiss();
      return null;
    },
    getRoom: async ({ root }) => (await client.room.leftBytes(root)) ?? null,
    getSettings: () => settings(),
    updateSettings: async (changes) => {
      const { host, engine } = splitSettings(changes);
      await changeHostSettings(host);
      if (Object.keys(engine).length > 0) await client.updateSettings(engine);
      parts.hostSettingsChanged();
      return settings();
    },
    moveTorrent: async ({ torrentId, root }) => {
      await updates.during(() => client.places.move(torrentId, root));
      return null;
    },
    renameTorrent: async ({ torrentId, name }) => {
      await client.places.rename(torrentId, name);
      return null;
    },
    renameFiles: async ({ torrentId, ...change }) => {
      await updates.during(() => client.places.renameFiles(torrentId, change));
      return null;
    },
    relocate: async ({ torrentId, folderId }) => {
      await updates.during(() => client.places.relocate(torrentId, { root: folderId }));
      return null;
    },
    refreshFolders: async () => {
      await folders.refresh();
      return null;
    },
    removeFolder: async ({ folderId }) => {
      if (client.isRootInUse(folderId)) throw new RpcError('folder-in-use', 'A torrent lies in this folder.');
      if (hostSettings.current.defaultRoot === folderId) await hostSettings.update({ defaultRoot: BROWSER_ROOT });
      await folders.remove(folderId);
      return folders.areKnown ? client.endOrphanedRemovals() : [];
    },
    saveToDownloads: async ({ torrentId, fileIndices }) => {
      const content = await find(torrentId).load();
      if (!content) throw new RpcError('no-metadata', 'The files are not known yet.');
      await updates.during(() => saveToDownloads(content, fileIndices, (request) => parts.tell(request)));
      return null;
    },
    getPieces: async ({ torrentId }) => {
      const torrent = find(torrentId);
      await torrent.load();
      return pieceMap(torrent) ?? null;
    },
    getSpeeds: ({ torrentId, minutes }) => parts.speeds.read(torrentId, minutes),
    getLog: ({ torrentId }) => readLog(parts.log(), torrentId),
    runSelfTest: () => parts.selfTest.run(),
    retryBridge: () => {
      link.retryNow();
      return null;
    },
  };
}
