import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { makeTorrent, type SampleTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const KB = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const line = { uplinkBytesPerSecond: 2000 * KB, downlinkBytesPerSecond: 2000 * KB, latencyMs: 10 };

const sampleOf = (index: number, bytes = 200 * KB): SampleTorrent =>
  makeTorrent({ name: `t${index}`, seed: 100 + index, pieceLength: 16_384, files: { [`t${index}`]: bytes } });

const kinds = (torrents: readonly Torrent[], ...wanted: string[]) =>
  torrents.filter(({ state }) => wanted.includes(state.kind)).length;

/** A client that has everything, and one that has nothing. */
async function setUp(samples: readonly SampleTorrent[], settings = {}) {
  const swarm = new VirtualSwarm(1);
  const unlimited = { maxActiveDownloads: 0, maxActiveSeeds: 0, maxActiveTorrents: 0 };
  const seed = await swarm.node('10.0.0.1', {
    ...line,
    settings: { ...unlimited, uploadLimitBytesPerSecond: 400 * KB },
  });
  for (const sample of samples) await swarm.seedFrom(seed, sample);
  const leech = await swarm.node('10.0.0.2', { ...line, settings });
  return { swarm, clock: swarm.clock, seed, leech };
}

describe('50 torrents', () => {
  const samples = Array.from({ length: 50 }, (_, index) => sampleOf(index));

  it('download three at a time, in their order, until all are here', async () => {
    const { swarm, clock, seed, leech } = await setUp(samples, { maxActiveSeeds: 2 });
    const completed: string[] = [];
    leech.client.on('torrentCompleted', ({ record }) => completed.push(record.name));
    const torrents: Torrent[] = [];
    for (const sample of samples) torrents.push(await swarm.add(leech, { metainfo: sample.metainfo }));
    let mostDownloads = 0;
    let mostActive = 0;
    while (completed.length < samples.length && clock.now() < HOUR_MS) {
      await clock.advance(250);
      mostDownloads = Math.max(mostDownloads, kinds(torrents, 'downloading'));
      mostActive = Math.max(mostActive, kinds(torrents, 'downloading', 'seeding'));
    }
    expect(completed).toHaveLength(50);
    expect(mostDownloads).toBe(3);
    expect(mostActive).toBe(5);
    for (const [place, name] of completed.entries()) {
      expect(Math.abs(samples.findIndex((sample) => sample.files.has(name)) - place)).toBeLessThanOrEqual(3);
    }
    await swarm.close([seed, leech]);
  });

  it('come back after a restart in the order they had, without a crowd at once, and go on', async () => {
    const { swarm, clock, seed, leech } = await setUp(samples);
    for (const sample of samples) await swarm.add(leech, { metainfo: sample.metainfo });
    const last = samples.at(-1)?.id ?? '';
    leech.client.moveInQueue(last, 'top');
    await clock.advance(1500);
    await swarm.close([leech]);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.advance(0);
    const torrents = later.client.torrents;
    expect(kinds(torrents, 'queued')).toBeGreaterThanOrEqual(45);
    expect(later.client.get(last)?.snapshot().queuePosition).toBe(0);
    expect(later.client.get(samples[0]?.id ?? '')?.snapshot().queuePosition).toBe(1);
    const active = () => kinds(torrents, 'downloading', 'seeding', 'checking');
    await clock.advance(1000);
    expect(active()).toBeLessThanOrEqual(5);
    await clock.runUntil(() => torrents.every(({ record }) => record.completedAt !== undefined));
    await swarm.close([seed, later]);
  });

  it('one that is forced passes all, one without peers holds nobody up for more than a minute', async () => {
    const { swarm, clock, seed, leech } = await setUp(samples.slice(0, 5), {
      maxActiveDownloads: 1,
      maxActiveTorrents: 2,
    });
    const lonely = await swarm.add(leech, { metainfo: sampleOf(70).metainfo });
    const torrents: Torrent[] = [];
    for (const sample of samples.slice(0, 5)) torrents.push(await swarm.add(leech, { metainfo: sample.metainfo }));
    await clock.advance(10_000);
    expect(torrents.map(({ state }) => state.kind)).toEqual(['queued', 'queued', 'queued', 'queued', 'queued']);
    torrents[4]?.start({ isForced: true });
    await clock.runUntil(() => torrents[4]?.isComplete === true, { maxMs: 20_000 });
    await clock.runUntil(() => torrents[0]?.isComplete === true, { maxMs: 61_000 });
    expect(lonely.state.kind).toBe('downloading');
    await swarm.close([seed, leech]);
  });
});

describe('files that are there already', () => {
  it('are hashed one torrent after the other', async () => {
    const samples = Array.from({ length: 6 }, (_, index) => sampleOf(index));
    const swarm = new VirtualSwarm(3);
    const node = await swarm.node('10.0.0.1', { ...line, settings: { maxActiveDownloads: 0, maxActiveTorrents: 0 } });
    for (const sample of samples) swarm.writeFiles(node, sample);
    let hashing = 0;
    node.client.on('torrentChanged', () => {
      const now = node.client.torrents.filter(
        ({ state }) => state.kind === 'checking' && state.progress > 0 && state.progress < 1,
      );
      hashing = Math.max(hashing, now.length);
    });
    const torrents = await Promise.all(
      samples.map(async ({ metainfo }) => (await node.client.add({ metainfo })).torrent),
    );
    await swarm.clock.runUntil(() => torrents.every(({ isComplete }) => isComplete));
    expect(hashing).toBe(1);
    await swarm.close([node]);
  });
});

describe('share limits', () => {
  /** A seed that peers come to, one every hour. */
  async function setUpSeed(settings = {}) {
    const sample = sampleOf(0);
    const swarm = new VirtualSwarm(4);
    const seed = await swarm.node('10.0.0.1', { ...line, settings });
    const torrent = await swarm.seedFrom(seed, sample);
    let peers = 0;
    const leeches: SwarmNode[] = [];
    const download = async () => {
      const leech = await swarm.node(`10.0.1.${++peers}`, line);
      leeches.push(leech);
      const copy = await swarm.add(leech, { metainfo: sample.metainfo });
      await swarm.clock.runUntil(() => copy.isComplete || torrent.state.kind === 'stopped');
      await swarm.clock.settle(copy.stop());
      await swarm.clock.advance(HOUR_MS);
    };
    return { swarm, clock: swarm.clock, seed, torrent, download, close: () => swarm.close([seed, ...leeches]) };
  }

  it('by ratio: the torrent stops once it has given that much, and a start lets it go on without', async () => {
    const { clock, torrent, download, close } = await setUpSeed({ ratioLimitPercent: 150 });
    await download();
    expect(torrent.state.kind).toBe('seeding');
    expect(torrent.snapshot().shareRatio).toBeCloseTo(1, 1);
    await download();
    expect(torrent.state.kind).toBe('stopped');
    expect(torrent.snapshot().hasSharedEnough).toBe(true);
    torrent.start();
    await clock.advance(5 * MINUTE_MS);
    expect(torrent.state.kind).toBe('seeding');
    expect(torrent.record.limits.ratioLimitPercent).toBe(0);
    await close();
  });

  it('of the torrent hold in place of the settings, and 0 is none', async () => {
    const { torrent, download, close } = await setUpSeed({ ratioLimitPercent: 50 });
    torrent.setLimits({ ratioLimitPercent: 0 });
    await download();
    expect(torrent.state.kind).toBe('seeding');
    torrent.setLimits({ ratioLimitPercent: 150 });
    await download();
    expect(torrent.state.kind).toBe('stopped');
    await close();
  });

  it('by time: two days of seeding, over restarts, hours in which it was stopped not counted', async () => {
    const sample = sampleOf(0);
    const swarm = new VirtualSwarm(5);
    const settings = { seedingTimeLimitMinutes: 48 * 60 };
    let node = await swarm.node('10.0.0.1', { ...line, settings });
    let torrent = await swarm.seedFrom(node, sample);
    const began = swarm.clock.now();
    for (let day = 0; day < 3; day++) {
      await swarm.clock.advance(15 * HOUR_MS);
      await swarm.clock.settle(torrent.stop());
      await swarm.clock.advance(9 * HOUR_MS);
      await swarm.close([node]);
      node = await swarm.node(`10.0.0.${day + 2}`, { ...line, settings, earlier: node });
      torrent = node.client.get(sample.id) as Torrent;
      expect(Math.round(torrent.snapshot().seedingSeconds / 3600)).toBe(15 * (day + 1));
      torrent.start();
      await swarm.clock.advance(1000);
      expect(torrent.state.kind).toBe('seeding');
    }
    await swarm.clock.runUntil(() => torrent.state.kind === 'stopped', { maxMs: 4 * HOUR_MS });
    expect(Math.round((swarm.clock.now() - began) / HOUR_MS)).toBe(3 * 24 + 3);
    expect(torrent.snapshot().hasSharedEnough).toBe(true);
    await swarm.close([node]);
  });

  it('a kill costs at most ten minutes of the time that an idle seed is known to have shared', async () => {
    const sample = sampleOf(0);
    const swarm = new VirtualSwarm(6);
    const node = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(node, sample);
    await swarm.clock.advance(5 * HOUR_MS);
    const later = await swarm.node('10.0.0.9', { ...line, earlier: node });
    const { seedingSeconds } = (later.client.get(sample.id) as Torrent).snapshot();
    expect(seedingSeconds).toBeGreaterThan(5 * 3600 - 11 * 60);
    await swarm.close([node, later]);
  });
});
