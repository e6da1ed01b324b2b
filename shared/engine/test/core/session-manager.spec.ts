import { NO_OWN_LIMITS } from '../../src/core/torrent-limits.js';
import { describe, expect, it } from 'vitest';
import { ALL_NORMAL } from '../../src/core/file-priorities.js';
import { SessionManager } from '../../src/core/session-manager.js';
import type { ProgressRecord, TorrentRecord, TorrentSummary } from '../../src/core/torrent-record.js';
import type { ISessionStore } from '../../src/interfaces/session-store.js';
import { BitField } from '../../src/utils/bitfield.js';
import { MemorySessionStore } from '../mocks/memory-session-store.js';
import { SilentLogger } from '../mocks/silent-logger.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

const id = (number: number) => number.toString(16).padStart(40, '0');
const record = (number: number): TorrentRecord => ({
  id: id(number),
  name: `torrent ${number}`,
  magnet: undefined,
  root: 'default',
  desired: 'started',
  isForced: false,
  label: undefined,
  limits: NO_OWN_LIMITS,
  awaitingChoice: false,
  priorities: ALL_NORMAL,
  order: { isSequential: false, firstAndLastFirst: false },
  trackers: [],
  peers: [],
  banned: [],
  addedAt: number,
  completedAt: undefined,
  removal: undefined,
  ownName: undefined,
  renaming: undefined,
  published: undefined,
  arePlacesStale: false,
  isSuperSeeding: false,
  summary: undefined,
});
const metadata = { info: Uint8Array.of(1, 2, 3), paths: ['a'], comment: undefined, createdBy: undefined };
const summary: TorrentSummary = {
  totalBytes: 3,
  wantedBytes: 3,
  wantedDoneBytes: 0,
  fileCount: 1,
  isPrivate: false,
  entryName: 'a',
  downloadedBytes: 0,
  uploadedBytes: 0,
  wastedBytes: 0,
  activeSeconds: 5,
  seedingSeconds: 3,
  timesCompleted: 1,
};
const progress = (downloadedBytes: number): ProgressRecord => ({
  verified: new BitField(3),
  isSettled: true,
  uploadedBytes: 0,
  downloadedBytes,
  wastedBytes: 0,
  activeSeconds: 0,
  seedingSeconds: 0,
  timesCompleted: 0,
});

/** A store whose writes take 100 ms or fail on demand, and which counts them. */
class SlowStore extends MemorySessionStore {
  readonly puts: string[] = [];
  failuresLeft = 0;
  mostAtOnce = 0;
  #atOnce = 0;

  constructor(
    readonly clock: VirtualClock,
    records?: Map<string, Uint8Array>,
  ) {
    super(records);
  }

  override async put(key: string, value: Uint8Array): Promise<void> {
    this.puts.push(key);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    await new Promise<void>((resolve) => this.clock.setTimer(100, resolve));
    this.#atOnce--;
    if (this.failuresLeft-- > 0) throw new Error('quota');
    await super.put(key, value);
  }
}

function setUp() {
  const clock = new VirtualClock();
  const records = new Map<string, Uint8Array>();
  const manage = (store: ISessionStore) => new SessionManager({ store, clock, logger: new SilentLogger() });
  /** What a fresh start finds, as after a crash at this moment. */
  const reload = async () => {
    const session = manage(new MemorySessionStore(records));
    return { settings: await session.loadSettings(), torrents: await session.loadTorrents(), session };
  };
  const reloadContent = (number: number) => manage(new MemorySessionStore(records)).loadContent(id(number));
  const store = new SlowStore(clock, records);
  return { clock, records, store, session: manage(store), reload, reloadContent };
}

describe('loading', () => {
  it('gives back torrents, metadata, progress and settings', async () => {
    const { clock, session, reload, reloadContent } = setUp();
    await clock.settle(session.saveMetadata(id(1), metadata));
    await clock.settle(session.saveTorrent(record(1)));
    await clock.settle(session.saveTorrent(record(2)));
    await clock.settle(session.saveSettings({ uploadSlots: 3 }));
    session.saveProgress(id(1), () => progress(5));
    await clock.settle(session.flush());
    const loaded = await reload();
    expect(loaded.torrents).toEqual([record(1), record(2)]);
    expect(await reloadContent(1)).toEqual({ metadata, progress: progress(5), stamps: undefined });
    expect(await reloadContent(2)).toEqual({ metadata: undefined, progress: undefined, stamps: undefined });
    expect(loaded.settings).toEqual({ uploadSlots: 3 });
    expect(loaded.session.damage.all).toEqual([]);
  });

  it('of an empty store gives nothing', async () => {
    expect(await setUp().reload()).toMatchObject({ torrents: [], settings: {}, session: { damage: { all: [] } } });
  });

  it('hostile 48: damaged records are set aside with a reason and stay stored; all others load', async () => {
    const { clock, records, session, reload } = setUp();
    const keep = (number: number): void => void session.saveTorrent({ ...record(number), summary });
    for (let number = 0; number < 200; number++) keep(number);
    for (const number of [1, 2]) {
      void session.saveMetadata(id(number), metadata);
      session.saveProgress(id(number), () => progress(1));
    }
    void session.saveSettings({ uploadSlots: 3 });
    await clock.settle(session.flush());
    records.set(`torrent/${id(0)}`, new Uint8Array());
    records.set(`metadata/${id(1)}`, records.get(`metadata/${id(1)}`)?.subarray(0, 9) ?? new Uint8Array());
    records.set(
      `progress/${id(2)}`,
      Uint8Array.from(records.get(`progress/${id(2)}`) ?? [], (byte) => byte ^ 1),
    );
    records.set(`torrent/${id(3)}`, records.get(`torrent/${id(4)}`) ?? new Uint8Array());
    records.set('settings', Uint8Array.of(9));
    const loaded = await reload();
    expect(loaded.torrents).toHaveLength(198);
    expect(loaded.session.damage.all.map(({ key }) => key.split('/')[0])).not.toContain('metadata');
    expect(await loaded.session.loadContent(id(1))).toEqual({
      metadata: undefined,
      progress: progress(1),
      stamps: undefined,
    });
    expect(await loaded.session.loadContent(id(2))).toEqual({ metadata, progress: undefined, stamps: undefined });
    expect(loaded.settings).toEqual({});
    expect(loaded.session.damage.all.map(({ key, error }) => `${key} ${error.code}`).sort()).toEqual([
      `metadata/${id(1)} damaged`,
      `progress/${id(2)} damaged`,
      'settings damaged',
      `torrent/${id(0)} damaged`,
      `torrent/${id(3)} invalid`,
    ]);
    expect(records.has(`torrent/${id(0)}`)).toBe(true);
  });

  it('clears away what an interrupted removal left', async () => {
    const { clock, records, session } = setUp();
    await clock.settle(session.saveMetadata(id(1), metadata));
    await session.loadTorrents();
    session.tidyUp(() => false);
    await clock.advance(0);
    expect([...records.keys()]).toEqual([]);
  });
});

describe('saving', () => {
  it('hostile 47: a torrent is durable when its save resolves, and new or old but never absent before', async () => {
    const { clock, session, reload } = setUp();
    await clock.settle(session.saveTorrent(record(1)));
    void session.saveTorrent({ ...record(1), desired: 'stopped' });
    await clock.advance(50);
    expect((await reload()).torrents[0]?.desired).toBe('started');
    await clock.advance(50);
    expect((await reload()).torrents[0]?.desired).toBe('stopped');
  });

  it('puts a run of finished pieces into one write, at most a second after the first', async () => {
    const { clock, session, store } = setUp();
    let done = 0;
    for (let piece = 0; piece < 90; piece++) {
      done++;
      session.saveProgress(id(1), () => progress(done));
      await clock.advance(10);
    }
    expect(store.puts).toEqual([]);
    await clock.advance(100);
    expect(store.puts).toHaveLength(1);
  });

  it('reads progress when it writes it', async () => {
    const { clock, session, reloadContent } = setUp();
    await clock.settle(session.saveTorrent(record(1)));
    let done = 1;
    session.saveProgress(id(1), () => progress(done));
    done = 2;
    await clock.advance(1100);
    expect((await reloadContent(1)).progress?.downloadedBytes).toBe(2);
  });

  it('has one write of a record under way and then makes only the newest', async () => {
    const { clock, session, store, reload } = setUp();
    const saves = Array.from({ length: 10 }, (_, index) => session.saveTorrent({ ...record(1), addedAt: index }));
    await clock.advance(10);
    saves.push(
      ...Array.from({ length: 10 }, (_, index) => session.saveTorrent({ ...record(1), addedAt: 100 + index })),
    );
    await clock.settle(Promise.all(saves));
    expect(store.puts).toHaveLength(2);
    expect(store.mostAtOnce).toBe(1);
    expect((await reload()).torrents[0]?.addedAt).toBe(109);
  });

  it('writes of different torrents do not wait for each other', async () => {
    const { clock, session, store } = setUp();
    void session.saveTorrent(record(1));
    void session.saveTorrent(record(2));
    await clock.advance(10);
    expect(store.mostAtOnce).toBe(2);
  });

  it('a removed torrent is gone with all it had, a save under way or waiting included', async () => {
    const { clock, records, session } = setUp();
    void session.saveMetadata(id(1), metadata);
    void session.saveTorrent(record(1));
    session.saveProgress(id(1), () => progress(1));
    await clock.advance(50);
    await clock.settle(session.removeTorrent(id(1)));
    await clock.advance(10_000);
    expect([...records.keys()]).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('fails the save that asked, and the next one works', async () => {
    const { clock, session, store, reload } = setUp();
    store.failuresLeft = 1;
    await expect(clock.settle(session.saveTorrent(record(1)))).rejects.toThrow('quota');
    await clock.settle(session.saveTorrent(record(1)));
    expect((await reload()).torrents).toHaveLength(1);
  });

  it('gets progress again after 5 s', async () => {
    const { clock, session, store, reloadContent } = setUp();
    await clock.settle(session.saveTorrent(record(1)));
    store.failuresLeft = 2;
    session.saveProgress(id(1), () => progress(7));
    await clock.advance(11_000);
    expect((await reloadContent(1)).progress).toBeUndefined();
    await clock.advance(1000);
    expect((await reloadContent(1)).progress?.downloadedBytes).toBe(7);
  });
});

it('closing writes what waits and leaves no timer', async () => {
  const { clock, session, reloadContent } = setUp();
  await clock.settle(session.saveTorrent(record(1)));
  session.saveProgress(id(1), () => progress(3));
  await clock.settle(session.close());
  session.saveProgress(id(1), () => progress(4));
  expect(clock.pendingTimers).toBe(0);
  expect((await reloadContent(1)).progress?.downloadedBytes).toBe(3);
});
