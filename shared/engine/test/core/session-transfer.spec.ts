import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderAccessLostError } from '../../src/core/download-roots.js';
import { RecordError, seal } from '../../src/core/sealed-record.js';
import { decodeSessionFile, encodeSessionFile, type ExportedTorrent } from '../../src/core/session-file.js';
import { usableSettings } from '../../src/core/settings-ranges.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { concatBytes, writeUint32 } from '../../src/utils/bytes.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan } from '../faults/fault-plan.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { SESSION_FIXTURES, sessionFixture } from './session-fixtures.js';

const one = makeTorrent({ name: 'one', seed: 1, pieceLength: 16_384, files: { 'a.bin': 50_000, 'b.bin': 50_000 } });
const two = makeTorrent({ name: 'two.bin', seed: 2, pieceLength: 16_384, files: { 'two.bin': 40_000 } });
const twin = makeTorrent({ name: 'one', seed: 3, pieceLength: 16_384, files: { 'a.bin': 10, 'b.bin': 10 } });

/** A client with two torrents, one of them complete, and what it exports. */
async function exported() {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const source = await swarm.node('10.0.0.1');
  const complete = await swarm.seedFrom(source, one);
  complete.setLabel('Films');
  complete.setLimits({ uploadLimitBytesPerSecond: 90_000 });
  await swarm.add(source, { metainfo: two.metainfo }, { start: false });
  source.client.moveInQueue(two.id, 'top');
  await clock.settle(source.client.updateSettings({ uploadSlots: 3, maxConnections: 50 }));
  const file = await clock.settle(source.client.transfer.export());
  const take = async (node: SwarmNode, bytes: Uint8Array = file) =>
    (await clock.settle(node.client.transfer.import(bytes))).torrents;
  return { swarm, clock, source, file, take };
}

const added = ({ id }: { id: string }, name: string) => ({ torrent: { id, name }, outcome: 'added' });

/** The exported torrents of a file, all of which can be read. */
const torrentsIn = (file: Uint8Array): ExportedTorrent[] =>
  decodeSessionFile(file).torrents.filter((torrent) => typeof torrent !== 'string');

describe('an exported session', () => {
  it('says which settings were taken over, and gives back what the host had added', async () => {
    const { swarm, clock, source } = await exported();
    const host = Uint8Array.of(1, 2, 3);
    const file = await clock.settle(source.client.transfer.export({ host }));
    const other = await swarm.node('10.0.0.2');
    await clock.settle(other.client.updateSettings({ maxConnections: 7 }));
    const taken = await clock.settle(other.client.transfer.import(file));
    expect([taken.settings.includes('uploadSlots'), taken.settings.includes('maxConnections')]).toEqual([true, false]);
    expect(taken.host).toEqual(host);
  });

  it('brings torrents and settings, and nothing of it is believed to be on the disk', async () => {
    const { swarm, clock, source, take } = await exported();
    const other = await swarm.node('10.0.0.2');
    await clock.settle(other.client.updateSettings({ maxConnections: 7 }));
    expect(await take(other)).toEqual([added(two, 'two.bin'), added(one, 'one')]);
    expect(other.client.settings).toMatchObject({ uploadSlots: 3, maxConnections: 7 });
    expect(other.client.get(two.id)?.state.kind).toBe('stopped');
    const torrent = other.client.get(one.id);
    expect(torrent?.snapshot()).toMatchObject({
      totalBytes: 100_000,
      wantedDoneBytes: 0,
      completedAt: undefined,
      label: 'Films',
      limits: { uploadLimitBytesPerSecond: 90_000 },
      queuePosition: 1,
    });
    await clock.runUntil(() => torrent?.state.kind === 'seeding');
    expect(hasAllFiles(other, one)).toBe(true);
    await swarm.close([other]);
    const later = await swarm.node('10.0.0.3', { earlier: other });
    expect(later.client.torrents).toHaveLength(2);
    await swarm.close([source, later]);
  });

  it('where the files are there already, they are checked: what is right is not fetched, what is wrong is', async () => {
    const { swarm, clock, source, take } = await exported();
    const other = await swarm.node('10.0.0.2');
    swarm.writeFiles(other, one);
    other.fileSystem.writeFile('one/b.bin', new Uint8Array(50_000));
    await take(other);
    const torrent = other.client.get(one.id);
    await clock.runUntil(() => torrent?.state.kind === 'seeding');
    const { total } = torrent?.stats.received ?? { total: -1 };
    expect([total > 30_000, total < 70_000]).toEqual([true, true]);
    expect(hasAllFiles(other, one)).toBe(true);
    await swarm.close([source, other]);
  });

  it('leaves a torrent that is there already as it is, also one whose removal could be taken back', async () => {
    const { swarm, clock, source, take } = await exported();
    await clock.settle(source.client.remove(two.id, { deleteFiles: true, undoMs: 10_000 }));
    source.client.get(one.id)?.setLabel('mine');
    const outcome = await take(source);
    expect(outcome.map((torrent) => torrent.outcome)).toEqual(['known', 'known']);
    expect(source.client.torrents.map(({ record }) => record.label).toSorted()).toEqual(['mine', undefined]);
    await swarm.close([source]);
  });

  it('gets a folder of its own beside another torrent of that name', async () => {
    const { swarm, source, take } = await exported();
    const other = await swarm.node('10.0.0.2');
    await swarm.add(other, { metainfo: twin.metainfo }, { start: false });
    await take(other);
    expect(other.client.get(one.id)?.entryName).toBe('one.1');
    expect(other.client.get(twin.id)?.entryName).toBe('one');
    await swarm.close([source, other]);
  });

  it('keeps its folder where that is, finds what lies there, and comes to the browser where the folder is not', async () => {
    const { swarm, clock, source } = await exported();
    const folder = new MemoryPublishedFiles();
    const first = await swarm.node('10.0.0.2', { folder });
    await swarm.complete([await swarm.add(first, { metainfo: one.metainfo }, { root: 'folder' })]);
    const file = await clock.settle(first.client.transfer.export());
    await swarm.close([first]);
    const same = await swarm.node('10.0.0.3', { folder });
    await clock.settle(same.client.transfer.import(file));
    const torrent = same.client.get(one.id);
    await clock.runUntil(() => torrent?.state.kind === 'seeding');
    expect(torrent?.snapshot().root).toBe('folder');
    expect(torrent?.stats.received.total).toBe(0);
    const elsewhere = await swarm.node('10.0.0.4');
    await clock.settle(elsewhere.client.transfer.import(file));
    expect(elsewhere.client.get(one.id)?.snapshot().root).toBe('default');
    await swarm.close([source, same, elsewhere]);
  });

  it.each(SESSION_FIXTURES)('of the records of %s brings every torrent', async (name) => {
    const records = sessionFixture(name);
    const ids = [...records.keys()].flatMap((key) => (key.startsWith('torrent/') ? key.slice('torrent/'.length) : []));
    const settings = records.get('settings') ?? new Uint8Array();
    const file = asFile([
      seal({ format: 'jstorrent-session', settings, torrents: ids.length }),
      ...ids.map((id) => seal({ torrent: records.get(`torrent/${id}`), metadata: records.get(`metadata/${id}`) })),
    ]);
    const swarm = new VirtualSwarm(1);
    const node = await swarm.node('10.0.0.1');
    const { torrents: outcome } = await swarm.clock.settle(node.client.transfer.import(file));
    expect(outcome.map((torrent) => torrent.outcome)).toEqual(ids.map(() => 'added'));
    expect(node.client.settings).toMatchObject({ uploadSlots: 5, maxConnections: 77, enablePex: false });
    const secret = node.client.torrents.find(({ record }) => record.name === 'secret');
    expect(secret?.snapshot()).toMatchObject({ totalBytes: 30_000, isPrivate: true });
    await swarm.close([node]);
  });
});

describe('an import that is cut short', () => {
  it('hostile 47: by a death at any operation leaves what was imported whole, and the rest for another import', async () => {
    const { swarm, clock, source, file } = await exported();
    await swarm.close([source]);
    let hosts = 0;
    const address = () => `10.1.${Math.floor(++hosts / 250)}.${hosts % 250}`;
    /** The number of operations that the import took. */
    const importOnce = async (plan: FaultPlan): Promise<number> => {
      const faults = new FaultInjector({ clock, plan: () => undefined });
      const node = await swarm.node(address(), { faults });
      const before = faults.operations;
      faults.setPlan((operation) => plan({ ...operation, ordinal: operation.ordinal - before }));
      await clock.settle(Promise.race([node.client.transfer.import(file), faults.died]));
      const operations = faults.operations - before;
      faults.die();
      const later = await swarm.node(address(), { earlier: node });
      expect(later.client.damage.all).toEqual([]);
      const { torrents: outcome } = await clock.settle(later.client.transfer.import(file));
      expect(outcome.map((torrent) => torrent.reason)).toEqual([undefined, undefined]);
      expect(later.client.torrents.map(({ summary }) => summary?.totalBytes).toSorted()).toEqual([100_000, 40_000]);
      await swarm.close([later]);
      return operations;
    };
    const operations = await importOnce(() => undefined);
    expect(operations).toBeGreaterThan(4);
    for (let number = 1; number <= operations; number++) {
      for (const moment of DEATH_MOMENTS) await importOnce(faultAt(number, { kind: 'death', moment }));
    }
  });
});

describe('an exported session that is not as it was made', () => {
  it('hostile 48: brings all but what is damaged, and says so; also where the file ends early', async () => {
    const { swarm, source, file, take } = await exported();
    const spoilt = file.slice();
    spoilt[file.length - 3] = (file.at(-3) ?? 0) ^ 1;
    const [other, another] = [await swarm.node('10.0.0.2'), await swarm.node('10.0.0.3')];
    const damaged = { torrent: undefined, outcome: 'refused', reason: 'damaged' };
    expect(await take(other, spoilt)).toEqual([added(two, 'two.bin'), damaged]);
    const cut = { torrent: undefined, outcome: 'refused', reason: 'cut-short' };
    expect(await take(another, file.subarray(0, -3))).toEqual([added(two, 'two.bin'), cut]);
    await swarm.close([source, other, another]);
  });

  it('hostile 48: of a later release is refused as such', async () => {
    const { swarm, source, file, take } = await exported();
    const later = file.slice();
    writeUint32(later, 8, 99);
    await expect(take(source, later)).rejects.toBeInstanceOf(RecordError);
    await swarm.close([source]);
  });

  it('hostile 12: with paths that lead elsewhere, or onto each other, lies where its metadata says', async () => {
    const { swarm, source, file, take } = await exported();
    const torrents = torrentsIn(file);
    const evil = [
      ['../a', '../b'],
      ['one/a', 'one/A'],
      ['one/a', 'one/a/b'],
      ['one/a', 'two/b'],
      ['.jstorrent/a', '.jstorrent/b'],
      ['one/a'],
      ['/one/a', '/one/b'],
      ['one/con', 'one/b'],
    ];
    for (const [index, paths] of evil.entries()) {
      const node = await swarm.node(`10.0.1.${index + 1}`);
      const bent = torrents.map(({ record, metadata }) => ({
        record,
        metadata: metadata && record.id === one.id ? { ...metadata, paths } : metadata,
      }));
      await take(node, encodeSessionFile({ settings: {}, torrents: bent }));
      expect(node.client.get(one.id)?.metadata?.paths).toEqual(['one/a.bin', 'one/b.bin']);
      await swarm.close([node]);
    }
    await swarm.close([source]);
  });

  it('hostile 48: with the metadata of another torrent fetches its own', async () => {
    const { swarm, clock, source, file, take } = await exported();
    const torrents = torrentsIn(file);
    const metadata = torrents.find(({ record }) => record.id === two.id)?.metadata;
    const crossed = torrents.map(({ record }) => ({ record, metadata }));
    const other = await swarm.node('10.0.0.2');
    await take(other, encodeSessionFile({ settings: {}, torrents: crossed }));
    const torrent = other.client.get(one.id);
    expect(torrent?.snapshot().totalBytes).toBeUndefined();
    await clock.runUntil(() => torrent?.state.kind === 'seeding');
    expect(hasAllFiles(other, one)).toBe(true);
    await swarm.close([source, other]);
  });

  it('hostile 48: nothing but a RecordError comes out of any bytes, cut short or not', async () => {
    const { swarm, source, file } = await exported();
    expect(() => decodeSessionFile(new Uint8Array())).toThrow(RecordError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => decodeSessionFile(bytes)).toThrow(RecordError);
      }),
    );
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(file.length), (at, flip, end) => {
        const bent = file.slice(0, Math.max(end, at + 1));
        bent[at] = (bent[at] ?? 0) ^ flip;
        try {
          expect(decodeSessionFile(bent).torrents).toHaveLength(2);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
    );
    for (const torrents of [-1, 100_001]) {
      const settings = new Uint8Array();
      expect(() => decodeSessionFile(asFile([seal({ format: 'jstorrent-session', settings, torrents })]))).toThrow(
        RecordError,
      );
    }
    await swarm.close([source]);
  });

  it('brings no setting that nobody can work with', () => {
    const wrong = { listenPort: 70_000, maxConnections: 0, pieceMemoryBytes: 1, turtleScheduleDays: 128 };
    expect(usableSettings({ ...DEFAULT_SETTINGS, ...wrong })).not.toMatchObject(wrong);
    expect(Object.keys(usableSettings({ ...wrong, uploadSlots: 3 }))).toEqual(['uploadSlots']);
    expect(usableSettings(DEFAULT_SETTINGS)).toEqual(DEFAULT_SETTINGS);
  });

  it('a torrent that cannot be stored is refused, and the others are not', async () => {
    const { swarm, source, take } = await exported();
    const other = await swarm.node('10.0.0.2');
    const put = other.store.put.bind(other.store);
    other.store.put = (key, value) =>
      key === `torrent/${two.id}` ? Promise.reject(new FolderAccessLostError('the store')) : put(key, value);
    const refused = { torrent: { id: two.id, name: 'two.bin' }, outcome: 'refused', reason: 'not-stored' };
    expect(await take(other)).toEqual([refused, added(one, 'one')]);
    expect(other.client.torrents.map(({ id }) => id)).toEqual([one.id]);
    await swarm.close([source, other]);
  });
});

function asFile(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    entries.flatMap((entry) => {
      const length = new Uint8Array(4);
      writeUint32(length, 0, entry.length);
      return [length, entry];
    }),
  );
}
