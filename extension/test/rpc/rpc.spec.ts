import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../shared/engine/test/mocks/virtual-clock.js';
import { RpcClient } from '../../src/rpc/client.js';
import { RpcError } from '../../src/rpc/rpc-error.js';
import { RpcServer, type RpcHandlers } from '../../src/rpc/server.js';
import type { HostStatus, ListDelta, ListSnapshot, TorrentDetails, TorrentSnapshot } from '../../src/rpc/types.js';
import { createPortPair } from './port-pair.js';
import { sampleDetails, sampleStatus, sampleTorrent, torrentId } from './samples.js';

const A = torrentId('a');
const B = torrentId('b');

class Bench {
  readonly clock = new VirtualClock();
  readonly torrents = new Map<string, TorrentSnapshot>([[A, sampleTorrent()]]);
  readonly details = new Map<string, TorrentDetails>([[A, sampleDetails()]]);
  status: HostStatus = sampleStatus();
  readonly calls: unknown[][] = [];
  readonly ports: ReturnType<typeof createPortPair>[] = [];
  loading: Promise<void> = Promise.resolve();
  isEngineThere = true;
  connects = 0;

  readonly server = new RpcServer({
    clock: this.clock,
    model: {
      status: () => this.status,
      torrents: () => [...this.torrents.values()],
      torrent: (id) => this.torrents.get(id),
      details: (id) => this.details.get(id),
      loadDetails: () => this.loading,
    },
    handlers: this.#handlers(),
  });

  openView(): View {
    return new View(this);
  }

  connect = (): Promise<ReturnType<typeof createPortPair>['view']> => {
    this.connects++;
    if (!this.isEngineThere) return Promise.reject(new Error('no engine'));
    const pair = createPortPair();
    this.ports.push(pair);
    this.server.attach(pair.host);
    return Promise.resolve(pair.view);
  };

  change(id: string, change: Partial<TorrentSnapshot>): void {
    this.torrents.set(id, { ...sampleTorrent({ id }), ...this.torrents.get(id), ...change });
    this.server.torrentChanged(id);
  }

  #handlers(): RpcHandlers {
    const done =
      (name: string) =>
      (params: unknown): null => {
        this.calls.push([name, params]);
        return null;
      };
    const add = (): { torrentId: string; isNew: boolean } => ({ torrentId: B, isNew: true });
    return {
      addMagnet: ({ magnet }) => {
        if (!magnet.startsWith('magnet:')) throw new RpcError('magnet-invalid', 'not a magnet');
        return add();
      },
      addTorrent: add,
      addUrl: add,
      confirmPending: () => Promise.reject(new TypeError('a bug')),
      getRoom: () => null,
      dismissNotice: done('dismissNotice'),
      dismissPending: done('dismissPending'),
      start: done('start'),
      moveInQueue: done('moveInQueue'),
      setLimits: done('setLimits'),
      setLabel: done('setLabel'),
      switchTurtle: done('switchTurtle'),
      stop: done('stop'),
      remove: done('remove'),
      undoRemove: done('undoRemove'),
      checkFiles: done('checkFiles'),
      settleChangedFiles: done('settleChangedFiles'),
      setPriorities: done('setPriorities'),
      setOrder: done('setOrder'),
      announceNow: done('announceNow'),
      setTrackers: done('setTrackers'),
      setSuperSeeding: done('setSuperSeeding'),
      pauseAll: done('pauseAll'),
      resumeAll: done('resumeAll'),
      readFile: () => ({ data: 'AAEC' }),
      exportDamaged: () => ({ data: 'AAEC' }),
      dismissDamage: done('dismissDamage'),
      exportSession: () => Promise.reject(new Error('unused here')),
      importSession: () => Promise.reject(new Error('unused here')),
      getSettings: () => Promise.reject(new Error('unused here')),
      updateSettings: () => Promise.reject(new Error('unused here')),
      addDemo: () => ({ torrentId: torrentId('d'), isNew: true }),
      runSelfTest: () => Promise.reject(new Error('not asked')),
      retryBridge: () => new Promise<null>(() => undefined),
      renameTorrent: done('renameTorrent'),
      renameFiles: done('renameFiles'),
      moveTorrent: done('moveTorrent'),
      relocate: done('relocate'),
      refreshFolders: done('refreshFolders'),
      removeFolder: () => [],
      getPieces: () => null,
      getSpeeds: () => ({ stepSeconds: 1, down: [], up: [] }),
      getLog: () => [],
      saveToDownloads: done('saveToDownloads'),
    };
  }
}

class View {
  readonly lists: ListSnapshot[] = [];
  readonly deltas: ListDelta[] = [];
  readonly details: (TorrentDetails | undefined)[] = [];
  readonly connections: boolean[] = [];
  readonly failures: string[] = [];
  readonly client: RpcClient;

  constructor(bench: Bench) {
    this.client = new RpcClient({
      connect: bench.connect,
      clock: bench.clock,
      listeners: {
        onConnectionChange: (isConnected) => this.connections.push(isConnected),
        onConnectFailed: (reason) => this.failures.push(reason),
        onList: (snapshot) => this.lists.push(snapshot),
        onListDelta: (delta) => this.deltas.push(delta),
        onDetails: (_id, details) => this.details.push(details),
      },
    });
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('requests', () => {
  it('answers with the result of the handler', async () => {
    const view = bench.openView();
    const result = view.client.request('addMagnet', { magnet: 'magnet:?', chooseFilesFirst: false });
    await expect(bench.clock.settle(result)).resolves.toEqual({ torrentId: B, isNew: true });
  });

  it('passes parameters as they are', async () => {
    const view = bench.openView();
    await bench.clock.settle(view.client.request('remove', { torrentId: A, deleteFiles: true }));
    expect(bench.calls).toEqual([['remove', { torrentId: A, deleteFiles: true }]]);
  });

  it('a typed error crosses with its code, any other as internal', async () => {
    const view = bench.openView();
    const typed = view.client.request('addMagnet', { magnet: 'x', chooseFilesFirst: false });
    await expect(bench.clock.settle(typed)).rejects.toMatchObject({ name: 'RpcError', code: 'magnet-invalid' });
    const bug = view.client.request('confirmPending', { pendingId: 'x', chooseFilesFirst: false });
    await expect(bench.clock.settle(bug)).rejects.toMatchObject({ code: 'internal', message: 'a bug' });
  });

  it.each(['nothing', 'constructor', '__proto__', 'toString'])('refuses the unknown method %s', async (method) => {
    const { host, view } = createPortPair();
    bench.server.attach(host);
    view.setHandlers({ onMessage: () => undefined, onClose: () => undefined });
    view.post({ type: 'request', id: 1, method, params: null });
    await bench.clock.advance(0);
    expect(view.received).toMatchObject([{ type: 'error', id: 1, error: { code: 'unknown-method' } }]);
  });

  it.each([null, 7, 'x', [], {}, { type: 'request', id: 'x', method: 'start' }, { type: 'subscribeDetails' }])(
    'ignores the malformed message %j',
    async (message) => {
      const { host, view } = createPortPair();
      bench.server.attach(host);
      view.setHandlers({ onMessage: () => undefined, onClose: () => undefined });
      view.post(message);
      await bench.clock.advance(1000);
      expect(view.received).toEqual([]);
    },
  );

  it('a request made before the engine is there waits for it', async () => {
    bench.isEngineThere = false;
    const view = bench.openView();
    const started = view.client.request('start', { torrentId: A });
    await bench.clock.advance(400);
    expect(bench.calls).toEqual([]);
    bench.isEngineThere = true;
    await bench.clock.settle(started);
    expect(bench.calls).toEqual([['start', { torrentId: A }]]);
  });

  it('a request under way when the engine goes fails as disconnected', async () => {
    const view = bench.openView();
    const retry = view.client.request('retryBridge', null);
    await bench.clock.advance(0);
    bench.server.close();
    await expect(bench.clock.settle(retry)).rejects.toMatchObject({ code: 'disconnected' });
  });
});

describe('the list', () => {
  it('comes whole on connect, then as deltas', async () => {
    const view = bench.openView();
    await bench.clock.advance(0);
    expect(view.lists).toHaveLength(1);
    expect(view.lists[0]?.torrents.map(({ id }) => id)).toEqual([A]);
    bench.change(B, { name: 'Second' });
    bench.torrents.delete(A);
    bench.server.torrentChanged(A);
    await bench.clock.advance(0);
    expect(view.deltas).toMatchObject([{ changed: [{ id: B, name: 'Second' }], removed: [A] }]);
    expect(view.deltas[0]).not.toHaveProperty('status');
  });

  it('many changes are one delta, at most every 500 ms', async () => {
    const view = bench.openView();
    await bench.clock.advance(0);
    for (let step = 0; step < 200; step++) {
      bench.change(A, { wantedDoneBytes: step });
      await bench.clock.advance(10);
    }
    await bench.clock.advance(1000);
    expect(view.deltas).toHaveLength(5);
    expect(view.deltas.at(-1)?.changed[0]?.wantedDoneBytes).toBe(199);
  });

  it('costs nothing while nothing changes', async () => {
    bench.openView();
    await bench.clock.advance(0);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('tells the status only when it changed', async () => {
    const view = bench.openView();
    await bench.clock.advance(0);
    bench.status = sampleStatus({ bridge: { kind: 'missing' } });
    bench.server.statusChanged();
    await bench.clock.advance(0);
    expect(view.deltas).toMatchObject([{ changed: [], removed: [], status: { bridge: { kind: 'missing' } } }]);
  });

  it('reaches every view', async () => {
    const views = [bench.openView(), bench.openView()];
    await bench.clock.advance(0);
    bench.change(A, { wantedDoneBytes: 7 });
    await bench.clock.advance(0);
    expect(views.map((view) => view.deltas.length)).toEqual([1, 1]);
  });

  it('a hidden view is sent nothing, and a fresh snapshot once it is shown', async () => {
    const view = bench.openView();
    view.client.watchDetails(A);
    await bench.clock.advance(0);
    expect(bench.server.isWatched).toBe(true);
    view.client.setVisible(false);
    await bench.clock.advance(0);
    expect(bench.server.isWatched).toBe(false);
    const before = bench.ports[0]?.view.received.length;
    bench.change(A, { wantedDoneBytes: 7 });
    bench.server.statusChanged();
    await bench.clock.advance(5000);
    expect(bench.ports[0]?.view.received).toHaveLength(before ?? -1);
    view.client.setVisible(true);
    await bench.clock.advance(0);
    expect(view.lists.at(-1)?.torrents[0]?.wantedDoneBytes).toBe(7);
    expect(view.details).toHaveLength(2);
  });
});

describe('details', () => {
  it('come once they are loaded, and not at all to a view that has moved on', async () => {
    let loaded = (): void => undefined;
    bench.loading = new Promise((resolve) => (loaded = resolve));
    const [patient, fickle] = [bench.openView(), bench.openView()];
    for (const view of [patient, fickle]) view.client.watchDetails(A);
    await bench.clock.advance(10);
    fickle.client.watchDetails(undefined);
    await bench.clock.advance(10);
    expect(patient.details).toEqual([]);
    loaded();
    await bench.clock.advance(10);
    expect([patient.details.length, fickle.details.length]).toEqual([1, 0]);
  });

  it('come whole, then only changed files with all peers', async () => {
    const view = bench.openView();
    view.client.watchDetails(A);
    await bench.clock.advance(0);
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    bench.details.set(A, sampleDetails({ files: [{ ...one, doneBytes: 600_000 }, two] }));
    bench.server.torrentChanged(A);
    await bench.clock.advance(0);
    const sent = bench.ports[0]?.view.received.at(-1);
    expect(sent).toMatchObject({ type: 'detailsDelta', delta: { files: [{ index: 0, doneBytes: 600_000 }] } });
    expect(view.details.at(-1)?.files.map(({ doneBytes }) => doneBytes)).toEqual([600_000, 0]);
  });

  it.each([
    { path: 'renamed' },
    { doneBytes: 600_000 },
    { priority: 7 as const },
    { publishedShare: 1 },
    { waitsForRoom: true },
  ])('tell of a file that it has now %o', async (change) => {
    const view = bench.openView();
    view.client.watchDetails(A);
    await bench.clock.advance(0);
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    bench.details.set(A, sampleDetails({ files: [one, { ...two, ...change }] }));
    bench.server.torrentChanged(A);
    await bench.clock.advance(0);
    expect(view.details.at(-1)?.files).toEqual([one, { ...two, ...change }]);
  });

  it('come whole again when the files become known', async () => {
    bench.details.set(A, sampleDetails({ files: [], pieceCount: undefined }));
    const view = bench.openView();
    view.client.watchDetails(A);
    await bench.clock.advance(0);
    bench.details.set(A, sampleDetails());
    bench.server.torrentChanged(A);
    await bench.clock.advance(0);
    expect(view.details.map((details) => details?.files.length)).toEqual([0, 2]);
  });

  it('say when the torrent is gone, and are not sent for another torrent', async () => {
    const view = bench.openView();
    view.client.watchDetails(A);
    await bench.clock.advance(0);
    bench.change(B, {});
    await bench.clock.advance(1000);
    expect(view.details).toHaveLength(1);
    bench.details.delete(A);
    bench.server.torrentChanged(A);
    await bench.clock.advance(1000);
    expect(view.details.at(-1)).toBeUndefined();
  });
});

describe('reconnecting', () => {
  it('takes a fresh snapshot after the engine came back', async () => {
    const view = bench.openView();
    await bench.clock.advance(0);
    bench.server.close();
    bench.change(A, { wantedDoneBytes: 9 });
    await bench.clock.advance(1000);
    expect(view.connections).toEqual([true, false, true]);
    expect(view.lists.at(-1)?.torrents[0]?.wantedDoneBytes).toBe(9);
  });

  it('asks ever more rarely while there is no engine, and says why', async () => {
    bench.isEngineThere = false;
    const view = bench.openView();
    await bench.clock.advance(60_000);
    expect(bench.connects).toBeGreaterThan(10);
    expect(bench.connects).toBeLessThan(20);
    expect(new Set(view.failures)).toEqual(new Set(['no engine']));
  });

  it('a closed view connects no more', async () => {
    const view = bench.openView();
    await bench.clock.advance(0);
    view.client.close();
    bench.change(A, { wantedDoneBytes: 1 });
    await bench.clock.advance(60_000);
    expect(bench.connects).toBe(1);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
