import { Client, dhtDiscovery, localDiscovery, RingLogger, trackerFactory } from '@jstorrent/engine';
import browser from 'webextension-polyfill';
import { BridgeHttpClient } from '../io/bridge-http.js';
import { BrowserClock } from '../io/browser-clock.js';
import { BrowserRandom } from '../io/browser-random.js';
import type { DiskCalls } from '../io/disk-calls.js';
import { IndexedDbSessionStore } from '../io/indexed-db-session-store.js';
import { OpfsFileSystem } from '../io/opfs-file-system.js';
import { opfsFreeBytes } from '../io/opfs-free-bytes.js';
import { WorkerFastLane } from '../io/worker-fast-lane.js';
import { WorkerHasher } from '../io/worker-hasher.js';
import { type HostAnswer, type HostRequest, isMessage, type WorkerRequest } from '../lib/host-messages.js';
import { Sockets } from '../lib/sockets.js';
import { WorkerCaller } from '../lib/worker-calls.js';
import { FolderHandles } from '../rpc/folder-handles.js';
import { RuntimeRpcPort, VIEW_PORT_NAME } from '../rpc/runtime-port.js';
import { RpcServer } from '../rpc/server.js';
import { Activity, workOf } from './activity.js';
import { BridgeLink } from './bridge-link.js';
import { Demo } from './demo/demo.js';
import { Folders } from './folders.js';
import { HostNotices } from './host-notices.js';
import { HostSettingsStore } from './host-settings.js';
import { Notifier } from './notifier.js';
import { PendingAdds } from './pending-adds.js';
import { Power } from './power.js';
import { Reannouncer } from './reannouncer.js';
import { createRpcHandlers, createRpcModel } from './rpc-handlers.js';
import { SelfTest } from './self-test.js';
import { ServiceWorkerPort } from './service-worker-port.js';
import { type Rates, SpeedHistory } from './speed-history.js';
import { StoppedAnnounces } from './stopped-announces.js';
import { ToolbarReporter } from './toolbar-reporter.js';
import { UpdateGate } from './update-gate.js';
import { createDiskWorker, createHashWorker, createLaneWorker } from './workers.js';

/** The session and the download root that everything of this profile is kept in. */
const SESSION_DATABASE = 'jstorrent-session';
const DOWNLOADS_FOLDER = 'downloads';
/** Beside it, what is measured with. */
const SELF_TEST_FOLDER = 'self-test';

/** How long the torrents wait for the helper at first: dialling without one would only cost each a failure. */
const FIRST_LINK_PATIENCE_MS = 3000;
/** `stopped` announces carry counters that change all the time. */
const STOPPED_ANNOUNCES_INTERVAL_MS = 10_000;

/** What the service worker and the views speak to. */
interface EngineHost {
  readonly pending: PendingAdds;
  readonly rpc: RpcServer;
  readonly updates: UpdateGate;
  readonly folders: Folders;
}

/**
 * The composition root of the engine: makes every adapter, the client on top of them, and lets views and the service worker in. Resolves
 * once the torrents of the last session are back.
 */
async function startEngineHost(): Promise<EngineHost> {
  const clock = new BrowserClock();
  const random = new BrowserRandom();
  const logger = new RingLogger({ clock });
  const version = await packageVersion();
  const store = await IndexedDbSessionStore.open(SESSION_DATABASE);
  const hostSettings = await HostSettingsStore.load(store);
  const worker = new ServiceWorkerPort();

  const link = new BridgeLink({
    clock,
    logger,
    version,
    openHelper: () => worker.openHelper(),
    openFastLane: (offer, handlers) => new WorkerFastLane(createLaneWorker(), offer, handlers),
    isFastLaneWanted: () => hostSettings.current.useFastLane,
    onStatus: () => rpc.statusChanged(),
    onReady: (session) => {
      followSettings();
      stoppedAnnounces.reset();
      // Trackers are told the port that peers reach us at.
      void client.relisten().then(() => reannouncer.onReady(session));
    },
  });
  const session = () => link.session;
  const disk = new WorkerCaller<DiskCalls>(createDiskWorker());
  const sockets = new Sockets(session);
  const http = new BridgeHttpClient(session);
  const hasher = new WorkerHasher(createHashWorker());
  const client = new Client({
    sockets,
    hasher,
    clock,
    random,
    store,
    logger,
    roots: new Map([
      ['default', { kind: 'direct', files: new OpfsFileSystem(disk, DOWNLOADS_FOLDER), freeBytes: opfsFreeBytes }],
    ]),
    createDiscoveries: [
      dhtDiscovery({ clock, random, hasher, logger }),
      localDiscovery({ sockets, clock, random, logger }),
    ],
    createTrackers: trackerFactory({ http, clock, random }),
    version,
  });
  const folders = new Folders({
    handles: await FolderHandles.open(),
    roots: client.roots,
    logger,
    onChange: () => rpc.statusChanged(),
  });
  const followSettings = () => {
    const { allowLocalPeers } = client.settings;
    link.session?.setNetworkPolicy({ allowLoopback: allowLocalPeers, allowLan: allowLocalPeers });
  };

  const toolbar = new ToolbarReporter({
    clock,
    read: () => ({
      badge: hostSettings.current.badge,
      downloads: activity.downloads,
      pending: pending.list.length + notices.list.length,
      ...activityOf(client),
    }),
    report: (state) => worker.tell({ type: 'showToolbar', state }),
  });
  const askedChanged = () => {
    toolbar.now();
    rpc.statusChanged();
  };
  const notices = new HostNotices(askedChanged);
  const pending = await PendingAdds.load({
    store,
    logger,
    onChange: askedChanged,
    onRefused: (code, name) => notices.add(code, name),
  });
  const activity = new Activity();
  const power = new Power((isOn) => worker.tell({ type: 'setKeepAwake', isOn }));
  const followPower = () => power.update({ isWanted: hostSettings.current.keepAwake, isBusy: activity.isBusy });
  const updates = new UpdateGate({
    isPublishing: () => activity.isPublishing,
    reload: () => worker.tell({ type: 'reload' }),
  });
  const speeds = new SpeedHistory(clock, () => movingNow(client));
  const demo = new Demo({ client, clock, hasher });
  const selfTest = new SelfTest({
    clock,
    sockets,
    files: new OpfsFileSystem(disk, SELF_TEST_FOLDER),
    hasher,
    known: () => ({
      version,
      bridge: link.status,
      isFastLaneWanted: hostSettings.current.useFastLane,
      listenPort: client.snapshot().listenPort,
      ...client.reachability.reachedAt,
      isDhtEnabled: client.settings.enableDht,
      dhtNodes: client.snapshot().dhtNodes,
      folders: folders.list(),
    }),
  });
  const parts = {
    client,
    link,
    pending,
    notices,
    hostSettings,
    http,
    folders,
    updates,
    speeds,
    selfTest,
    demo,
    log: () => logger.entries(),
    tell: (request: HostRequest) => worker.tell(request),
    hostSettingsChanged: () => {
      toolbar.now();
      followPower();
      rpc.statusChanged();
    },
  };
  const rpc = new RpcServer({ clock, model: createRpcModel(parts), handlers: createRpcHandlers(parts) });

  const reannouncer = new Reannouncer({
    clock,
    announceStarted: () => {
      for (const torrent of client.torrents) torrent.network?.trackers.announceStarted();
    },
    announceNow: () => {
      client.networkIsBack();
      for (const torrent of client.torrents) torrent.announceNow();
    },
  });
  addEventListener('online', () => reannouncer.onOnline());
  const stoppedAnnounces = new StoppedAnnounces();
  const holdAnnounces = () => {
    clock.setTimer(STOPPED_ANNOUNCES_INTERVAL_MS, holdAnnounces);
    stoppedAnnounces.update(link.session, client.stopAnnounces());
  };

  const notifier = new Notifier(clock, (kind, name) => {
    if (hostSettings.current.notify && !rpc.isWatched)
      void worker.tell({ type: 'notify', kind, name }).catch(() => undefined);
  });
  const torrentChanged = (id: string) => {
    demo.look(id);
    notifier.look(id, client.get(id)?.snapshot());
    const torrent = client.get(id);
    activity.set(id, torrent && workOf(torrent));
    toolbar.soon();
    rpc.torrentChanged(id);
    followPower();
    updates.check();
  };
  client.on('torrentAdded', ({ id }) => torrentChanged(id));
  client.on('torrentChanged', ({ id }) => torrentChanged(id));
  client.on('torrentRemoved', torrentChanged);
  client.on('changed', () => {
    toolbar.soon();
    followSettings();
    rpc.statusChanged();
  });

  toolbar.now();
  link.start();
  await folders.refresh();
  await Promise.race([
    link.firstOutcome,
    new Promise((resolve) => clock.setTimer(FIRST_LINK_PATIENCE_MS, () => resolve(undefined))),
  ]);
  reannouncer.onStart(link.session);
  await client.start();
  if (folders.areKnown) void client.endOrphanedRemovals();
  holdAnnounces();
  return { pending, rpc, updates, folders };
}

/** How far the downloads are together, and how fast everything is. */
function activityOf(client: Client): Rates & { readonly progress: number } {
  const downloads = client.torrents.filter(({ state }) => state.kind === 'downloading').map((it) => it.snapshot());
  const wanted = downloads.reduce((sum, { wantedBytes }) => sum + wantedBytes, 0);
  const done = downloads.reduce((sum, { wantedDoneBytes }) => sum + wantedDoneBytes, 0);
  const { downloadRate, uploadRate } = client.snapshot();
  return { progress: wanted === 0 ? 0 : done / wanted, downloadRate, uploadRate };
}

/** Torrents that rest cost nothing but a look. */
function movingNow(client: Client): { all: Rates; torrents: ReadonlyMap<string, Rates> } {
  const torrents = new Map<string, Rates>();
  const all = { downloadRate: 0, uploadRate: 0 };
  for (const torrent of client.torrents) {
    if (torrent.peers.size === 0) continue;
    const rates = torrent.snapshot();
    torrents.set(torrent.id, rates);
    all.downloadRate += rates.downloadRate;
    all.uploadRate += rates.uploadRate;
  }
  return { all, torrents };
}

/** An offscreen document has no `runtime.getManifest`. */
async function packageVersion(): Promise<string> {
  const response = await fetch(browser.runtime.getURL('manifest.json'));
  return ((await response.json()) as chrome.runtime.ManifestV3).version;
}

/** Runs the engine in this document and answers the service worker and the views. */
export function runEngineHost(): void {
  const host = startEngineHost();

  const answers: {
    readonly [T in WorkerRequest['type']]: (request: Extract<WorkerRequest, { type: T }>) => Promise<HostAnswer>;
  } = {
    whenReady: async () => {
      await host;
      return { ok: true };
    },
    updateAvailable: async () => {
      (await host).updates.updateAvailable();
      return { ok: true };
    },
    offerLink: async ({ link }) => {
      const { pending } = await host;
      pending.offer(link);
      await pending.stored();
      return { ok: true };
    },
  };
  chrome.runtime.onMessage.addListener((message: unknown, _sender, reply: (answer: HostAnswer) => void) => {
    if (!isMessage<WorkerRequest>(message, Object.keys(answers) as WorkerRequest['type'][])) return false;
    (answers[message.type] as (request: WorkerRequest) => Promise<HostAnswer>)(message).then(reply, (error: unknown) =>
      reply({ ok: false, message: String(error) }),
    );
    return true;
  });
  browser.runtime.onConnect.addListener((port) => {
    if (port.name !== VIEW_PORT_NAME) return;
    void host.then(({ rpc, folders }) => {
      rpc.attach(new RuntimeRpcPort(port));
      // What was granted may have gone with the last view, and nothing tells of it.
      return folders.refresh();
    });
  });
}
