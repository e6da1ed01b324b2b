import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { scriptedLeech, serving } from './scripted-leech.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';
import { seedScript } from './wire-peer.js';

const KB = 1000;
const BLOCK = 16_384;
const PIECES = 80;
const PIECE = 8 * BLOCK;
const sample = makeTorrent({ name: 'film', seed: 1, pieceLength: PIECE, files: { film: PIECES * PIECE } });
/** A film of 2 minutes. */
const SECONDS_PER_PIECE = 0.5;
const LOOK_AHEAD = 12;

const hasPiece = (torrent: Torrent, index: number) => torrent.content?.downloader.pieces.have.get(index) === true;

/** A leech and seeds, by what their lines bring a second. */
async function setUp(uplinks: readonly number[]) {
  const swarm = new VirtualSwarm(3);
  const seeds: SwarmNode[] = [];
  for (const [index, uplinkBytesPerSecond] of uplinks.entries()) {
    const seed = await swarm.node(`10.0.0.${index + 1}`, { uplinkBytesPerSecond, latencyMs: 30 });
    await swarm.seedFrom(seed, sample);
    seeds.push(seed);
  }
  const leech = await swarm.node('10.0.1.1', { downlinkBytesPerSecond: 4000 * KB, latencyMs: 30 });
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
  await swarm.clock.runUntil(() => torrent.peers.size === uplinks.length);
  return { swarm, clock: swarm.clock, leech, torrent, close: () => swarm.close([...seeds, leech]) };
}

/** Plays from piece `first` on, that it wants within 2 s; how many of `count` pieces were late. */
async function play(
  { clock, torrent }: Awaited<ReturnType<typeof setUp>>,
  { first, count, usesDeadlines }: { first: number; count: number; usesDeadlines: boolean },
): Promise<number> {
  const startMs = 2000;
  let late = 0;
  const dueMs = (offset: number) => startMs + offset * SECONDS_PER_PIECE * 1000;
  const setDeadline = (offset: number, passedMs: number) => {
    if (usesDeadlines && offset < count) torrent.setDeadline(first + offset, dueMs(offset) - passedMs);
  };
  for (let offset = 0; offset < LOOK_AHEAD; offset++) setDeadline(offset, 0);
  await clock.advance(startMs);
  for (let offset = 0; offset < count; offset++) {
    if (!hasPiece(torrent, first + offset)) late++;
    setDeadline(offset + LOOK_AHEAD, dueMs(offset));
    await clock.advance(SECONDS_PER_PIECE * 1000);
  }
  return late;
}

describe('deadlines', () => {
  const mixed = [200 * KB, 200 * KB, 200 * KB, 10 * KB];

  it('are met with a slow peer among fast ones, where without them a third of the pieces is late', async () => {
    const run = async (usesDeadlines: boolean) => {
      const world = await setUp(mixed);
      const late = await play(world, { first: 0, count: 40, usesDeadlines });
      await world.close();
      return late;
    };
    expect(await run(false)).toBeGreaterThan(12);
    expect(await run(true)).toBe(0);
  });

  it('are met after a jump, though each peer has seconds of other blocks in its queue', async () => {
    const world = await setUp(mixed);
    await world.clock.advance(5000);
    expect(await play(world, { first: 50, count: 20, usesDeadlines: true })).toBe(0);
    const { wastedBytes } = world.torrent.snapshot();
    expect(wastedBytes).toBeLessThan(0.04 * sample.content.length);
    await world.swarm.complete([world.torrent]);
    expect(hasAllFiles(world.leech, sample)).toBe(true);
    await world.close();
  });

  it('have what a peer is late with asked of a fast one too, and cancelled there', async () => {
    const serve = serving(sample);
    const stalling = seedScript(sample, 'stalls', (peer, request) => {
      if (peer.got('request').length < 3) serve(peer, request);
    });
    const { clock, torrent, peers, close } = await scriptedLeech(
      sample,
      [stalling, seedScript(sample, 'serves', serve)],
      { uplinkBytesPerSecond: 200 * KB },
    );
    await clock.runUntil(() => peers.length === 2 && (peers[0]?.got('request').length ?? 0) > 4);
    const owed = peers[0]?.got('request').at(-1)?.index ?? -1;
    expect(hasPiece(torrent, owed)).toBe(false);
    torrent.setDeadline(owed, 3000);
    await clock.advance(3000);
    expect(hasPiece(torrent, owed)).toBe(true);
    expect(peers[0]?.got('cancel').filter(({ index }) => index === owed).length).toBeGreaterThan(0);
    // It answers too fast to be stopped.
    expect(torrent.snapshot().wastedBytes).toBeLessThan(4 * BLOCK);
    await close();
  });

  it('that are taken back, or are of no piece, change nothing', async () => {
    const { clock, torrent, swarm, leech, close } = await setUp([200 * KB]);
    for (const index of [-1, 0.5, PIECES, 2 ** 32, NaN]) torrent.setDeadline(index, 100);
    torrent.setDeadline(7, 1000);
    torrent.setDeadline(7, undefined);
    expect(torrent.content?.downloader.pieces.deadlines.isEmpty).toBe(true);
    torrent.setDeadline(79, 1000);
    await clock.advance(3000);
    expect(hasPiece(torrent, 79)).toBe(true);
    expect(torrent.content?.downloader.pieces.deadlines.isEmpty).toBe(true);
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });
});
