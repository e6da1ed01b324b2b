import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';
import { WirePeer } from './wire-peer.js';

const BLOCK = 16_384;
const PIECES = 60;
const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 2 * BLOCK, files: { 'a.bin': PIECES * 2 * BLOCK } });
const line = { uplinkBytesPerSecond: 400_000, downlinkBytesPerSecond: 4_000_000, latencyMs: 20 };

/** A seed, and leeches that join one after the other; how many copies the seed has sent when all are complete. */
async function copiesSent(options: { readonly leeches: number; readonly isSuperSeeding: boolean }): Promise<number> {
  const swarm = new VirtualSwarm(7);
  const seed = await swarm.node('10.0.0.1', { ...line, uplinkBytesPerSecond: 800_000 });
  const seeding = await swarm.seedFrom(seed, sample);
  seeding.setSuperSeeding(options.isSuperSeeding);
  const nodes: SwarmNode[] = [];
  const torrents: Torrent[] = [];
  for (let index = 0; index < options.leeches; index++) {
    const node = await swarm.node(`10.0.1.${index + 1}`, line);
    nodes.push(node);
    torrents.push(await swarm.add(node, { metainfo: sample.metainfo }));
  }
  await swarm.complete(torrents, { maxMs: 600_000 });
  for (const node of nodes) expect(hasAllFiles(node, sample)).toBe(true);
  const copies = seeding.stats.sent.total / sample.content.length;
  await swarm.close([seed, ...nodes]);
  return copies;
}

/** A super-seed, and a way for scripted peers to dial it. */
async function setUp() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  const torrent = await swarm.seedFrom(seed, sample);
  torrent.setSuperSeeding(true);
  const dial = async (ip: string) => {
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, swarm.network.host(ip, line), target);
    peer.shake(sample, ip);
    peer.send({ type: 'have-none' }, { type: 'interested' });
    await swarm.clock.advance(1000);
    return peer;
  };
  const shown = (peer: WirePeer) => peer.got('have').map(({ index }) => index);
  return { swarm, clock: swarm.clock, torrent, dial, shown, close: () => swarm.close([seed]) };
}

describe('super-seeding (BEP 16)', () => {
  it.each([4, 8])('brings the torrent to %i peers with hardly more than one copy', async (leeches) => {
    const copies = await copiesSent({ leeches, isSuperSeeding: true });
    expect(copies).toBeGreaterThanOrEqual(1);
    expect(copies).toBeLessThan(1.1);
    expect(await copiesSent({ leeches, isSuperSeeding: false })).toBeGreaterThan(1.2 * copies);
  });

  it('shows one piece to each, another one each, and serves no other', async () => {
    const { clock, dial, shown, close } = await setUp();
    const [first, second] = [await dial('10.6.6.6'), await dial('10.7.7.7')];
    expect([first.got('have-none').length, first.got('have-all').length]).toEqual([1, 0]);
    expect([shown(first).length, shown(second).length]).toEqual([1, 1]);
    const [piece = -1, other = -1] = [...shown(first), ...shown(second)];
    expect(piece).not.toBe(other);
    first.send({ type: 'request', index: other, begin: 0, length: BLOCK });
    first.send({ type: 'request', index: piece, begin: 0, length: BLOCK });
    await clock.advance(1000);
    expect(first.got('reject')).toMatchObject([{ index: other }]);
    expect(first.got('piece')).toMatchObject([{ index: piece }]);
    await close();
  });

  it('shows the next when somebody else has the last, or after 30 s', async () => {
    const { clock, dial, shown, close } = await setUp();
    const [first, second] = [await dial('10.6.6.6'), await dial('10.7.7.7')];
    const [piece = -1] = shown(first);
    first.send({ type: 'have', index: piece });
    await clock.advance(5000);
    expect(shown(first)).toHaveLength(1);
    second.send({ type: 'have', index: piece });
    await clock.advance(1000);
    expect([shown(first).length, shown(second).length]).toEqual([2, 1]);
    first.send({ type: 'have', index: shown(first)[1] ?? -1 });
    await clock.advance(29_000);
    expect(shown(first)).toHaveLength(2);
    await clock.advance(3000);
    expect(shown(first)).toHaveLength(3);
    await close();
  });

  it('shows the next at once to who is alone, or has the piece already', async () => {
    const { clock, dial, shown, close } = await setUp();
    const alone = await dial('10.6.6.6');
    for (let round = 1; round <= 5; round++) {
      expect(shown(alone)).toHaveLength(round);
      alone.send({ type: 'have', index: shown(alone)[round - 1] ?? -1 });
      await clock.advance(1000);
    }
    expect(new Set(shown(alone)).size).toBe(6);
    await close();
  });

  it('ends when somebody has everything, and when it is switched off: all is told, each piece once', async () => {
    for (const end of ['seed', 'off'] as const) {
      const { clock, torrent, dial, shown, close } = await setUp();
      const [first, second] = [await dial('10.6.6.6'), await dial('10.7.7.7')];
      if (end === 'off') torrent.setSuperSeeding(false);
      else for (let index = 0; index < PIECES; index++) second.send({ type: 'have', index });
      await clock.advance(2000);
      expect(shown(first).toSorted((a, b) => a - b)).toEqual([...Array(PIECES).keys()]);
      const third = await dial('10.8.8.8');
      expect(third.got('have-all')).toHaveLength(1);
      await close();
    }
  });

  it('is kept over a restart, and parts with who knows what we have when it begins', async () => {
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1', line);
    const torrent = await swarm.seedFrom(seed, sample);
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, swarm.network.host('10.6.6.6'), target);
    peer.shake(sample, 'knows');
    await swarm.clock.advance(1000);
    expect(peer.got('have-all')).toHaveLength(1);
    torrent.setSuperSeeding(true);
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(true);
    await swarm.close([seed]);
    const again = await swarm.node('10.0.0.2', { earlier: seed });
    const restored = again.client.get(sample.id) as Torrent;
    expect(restored.snapshot().isSuperSeeding).toBe(true);
    await swarm.clock.runUntil(() => restored.state.kind === 'seeding');
    const port = again.client.snapshot().listenPort;
    const later = await WirePeer.dial(swarm.clock, swarm.network.host('10.7.7.7'), { ip: again.ip, port });
    later.shake(sample, 'later');
    await swarm.clock.advance(1000);
    expect(later.got('have')).toHaveLength(1);
    await swarm.close([again]);
  });
});
