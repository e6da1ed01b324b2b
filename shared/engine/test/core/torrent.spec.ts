import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import {
  decodeProgressRecord,
  decodeTorrentRecord,
  encodeProgressRecord,
  encodeTorrentRecord,
} from '../../src/core/torrent-record.js';
import { BitField } from '../../src/utils/bitfield.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';

const PIECE = 16_384;
const line = { uplinkBytesPerSecond: 200_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: PIECE,
  files: { 'a.bin': 200_000, 'b.bin': 100_000 },
});
const PIECES = Math.ceil(300_000 / PIECE);

async function setUp() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const leech = await swarm.node('10.0.0.2', line);
  return {
    swarm,
    clock: swarm.clock,
    seed,
    leech,
    close: (...more: SwarmNode[]) => swarm.close([seed, leech, ...more]),
  };
}

const statesOf = (torrent: Torrent) => {
  const states: string[] = [];
  torrent.on('changed', () => {
    if (states.at(-1) !== torrent.state.kind) states.push(torrent.state.kind);
  });
  return states;
};

const the = (node: SwarmNode) => {
  const torrent = node.client.get(sample.id);
  if (!torrent) throw new Error('no such torrent');
  return torrent;
};

describe('the life of a torrent', () => {
  it('of a magnet: metadata, downloading, seeding, stopped', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: sample.magnet }, { start: false });
    const states = statesOf(torrent);
    let completions = 0;
    torrent.on('completed', () => completions++);
    torrent.start();
    torrent.start();
    await swarm.complete([torrent]);
    await clock.settle(torrent.stop());
    expect(states).toEqual(['queued', 'metadata', 'downloading', 'seeding', 'stopped']);
    expect(completions).toBe(1);
    torrent.start();
    await swarm.complete([torrent]);
    expect(completions).toBe(1);
    await close();
  });

  it('of files that are there: checking with its progress, then seeding', async () => {
    const { swarm, clock, leech, close } = await setUp();
    swarm.writeFiles(leech, sample);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { start: false });
    const states = statesOf(torrent);
    const progress: number[] = [];
    torrent.on('changed', () => {
      if (torrent.state.kind === 'checking') progress.push(torrent.state.progress);
    });
    torrent.start();
    await clock.runUntil(() => torrent.state.kind === 'seeding');
    expect(states).toEqual(['queued', 'checking', 'seeding']);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
    expect(torrent.snapshot()).toMatchObject({ downloadedBytes: 0, wantedDoneBytes: 300_000, etaSeconds: undefined });
    await close();
  });

  it('tells trackers 16,384 bytes left while it knows nothing, never 0', async () => {
    const { swarm, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: sample.magnet });
    await swarm.complete([torrent]);
    const left = swarm.tracker.lefts.get('10.0.0.2');
    expect([left?.[0], left?.at(-1)]).toEqual([16_384, 0]);
    await close();
  });

  it('tells trackers what it has downloaded since it started last, not what they have heard before', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: sample.magnet });
    await swarm.complete([torrent]);
    await clock.advance(1000);
    const told = () =>
      Number(/[?&]downloaded=(\d+)/.exec(torrent.network?.trackers.stopAnnounces()[0]?.url ?? '')?.[1]);
    expect(told()).toBe(torrent.snapshot().downloadedBytes);
    await clock.settle(torrent.stop());
    torrent.start();
    await clock.advance(1000);
    expect(told()).toBe(0);
    expect(torrent.snapshot().downloadedBytes).toBeGreaterThanOrEqual(300_000);
    await close();
  });

  it('says how long it will take, from the rate of now', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.advance(1000);
    const { etaSeconds, downloadRate, wantedBytes, wantedDoneBytes } = torrent.snapshot();
    expect(downloadRate).toBeGreaterThan(50_000);
    expect(etaSeconds).toBe(Math.ceil((wantedBytes - wantedDoneBytes) / downloadRate));
    await close();
  });
});

describe('what was stored and what is there', () => {
  /** A complete torrent, stopped, its client closed. */
  async function completed() {
    const world = await setUp();
    const torrent = await world.swarm.add(world.leech, { metainfo: sample.metainfo });
    await world.swarm.complete([torrent]);
    await world.clock.settle(torrent.stop());
    await world.swarm.close([world.leech]);
    return world;
  }

  const spoils: [string, (node: SwarmNode) => Promise<void> | void][] = [
    [
      'a bitfield longer than the torrent',
      ({ records }) => {
        const key = `progress/${sample.id}`;
        const verified = new BitField(PIECES + 9);
        verified.setAll();
        records.set(key, encodeProgressRecord({ ...decodeProgressRecord(records.get(key) as Uint8Array), verified }));
      },
    ],

    [
      'a file that is shorter',
      ({ fileSystem }) => {
        fileSystem.writeFile('album/b.bin', fileSystem.readFile('album/b.bin').subarray(0, 99_999));
      },
    ],
    ['no record of progress', ({ records }) => void records.delete(`progress/${sample.id}`)],
  ];
  it.each(spoils)('hostile 49: %s is checked, and what is missing is downloaded', async (_, spoil) => {
    const { swarm, seed, leech } = await completed();
    await spoil(leech);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    const states = statesOf(the(later));
    the(later).start();
    await swarm.complete([the(later)]);
    expect(states.find((state) => state !== 'queued')).toBe('checking');
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([seed, later]);
  });

  it('files that are all gone are downloaded again without a check', async () => {
    const { swarm, seed, leech } = await completed();
    leech.records.delete(`progress/${sample.id}`);
    await leech.fileSystem.removeTree('album');
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    const states = statesOf(the(later));
    the(later).start();
    await swarm.complete([the(later)]);
    expect(states).not.toContain('checking');
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([seed, later]);
  });

  it('a download root that is missing is a reason, and nothing is forgotten', async () => {
    const { swarm, clock, seed, leech } = await completed();
    const key = `torrent/${sample.id}`;
    const record = { ...decodeTorrentRecord(leech.records.get(key) as Uint8Array), desired: 'started' as const };
    leech.records.set(key, encodeTorrentRecord({ ...record, root: 'usb-stick' }));
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.advance(100);
    expect(the(later).state).toMatchObject({ kind: 'failed', problem: { code: 'root-missing' } });
    the(later).start();
    await clock.advance(100);
    expect(the(later).state.kind).toBe('failed');
    later.client.roots.set('usb-stick', { kind: 'direct', files: leech.fileSystem });
    await clock.runUntil(() => the(later).state.kind === 'seeding', { maxMs: 1000 });
    await swarm.close([seed, later]);
  });

  it('what a seed uploaded is stored within a minute, without any end', async () => {
    const { swarm, clock, seed, leech, close } = await setUp();
    await swarm.complete([await swarm.add(leech, { metainfo: sample.metainfo })]);
    await clock.advance(70_000);
    const stored = decodeProgressRecord(seed.records.get(`progress/${sample.id}`) as Uint8Array);
    expect(stored.uploadedBytes).toBe(the(seed).snapshot().uploadedBytes);
    expect(stored.uploadedBytes).toBeGreaterThanOrEqual(300_000);
    await close();
  });

  it('a torrent that ends in mid-check keeps its record', async () => {
    const { swarm, clock, seed, leech } = await completed();
    // A change within the same millisecond would not show.
    await clock.advance(1000);
    leech.fileSystem.writeFile('album/b.bin', new Uint8Array(100_000));
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    the(later).start();
    while (the(later).state.kind !== 'checking') await Promise.resolve();
    await swarm.close([later]);
    const stored = decodeProgressRecord(leech.records.get(`progress/${sample.id}`) as Uint8Array);
    expect(stored.verified?.hasAll).toBe(true);
    await swarm.close([seed]);
  });
});

describe('reading a file', () => {
  it('gives verified bytes only, across pieces', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { wantedFiles: [1] });
    await swarm.complete([torrent]);
    const { content } = torrent;
    const expected = sample.files.get('album/b.bin')?.subarray(100, 60_000);
    expect(await clock.settle(content?.readFile(1, 100, 59_900) ?? Promise.reject(new Error()))).toEqual(expected);
    await expect(content?.readFile(0, 0, 10)).rejects.toMatchObject({ code: 'not-verified' });
    await expect(content?.readFile(1, 99_999, 2)).rejects.toThrow(RangeError);
    await expect(content?.readFile(2, 0, 1)).rejects.toThrow(RangeError);
    await close();
  });
});
