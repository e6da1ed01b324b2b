import { describe, expect, it } from 'vitest';
import { makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { SESSION_FIXTURES, sessionFixture } from './session-fixtures.js';

const PIECE = 16_384;
const whole = makeTorrent({ name: 'whole.bin', seed: 1, pieceLength: PIECE, files: { 'whole.bin': 100_000 } });
const partial = makeTorrent({
  name: 'Ünïcode 名前',
  seed: 2,
  pieceLength: PIECE,
  files: { 'a.bin': 150_000, 'empty.txt': 0, 'b/b.bin': 200_000, 'c.bin': 50_001 },
});
const NOBODY = 'ab'.repeat(20);
const REMOVED = 'b18f13034a65b9d87898b52a40ba28ea2341c43a';

/** The session of a fixture in a client of today, beside a seed of its torrents. */
async function restored(name: string) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', {});
  for (const sample of [whole, partial]) await swarm.seedFrom(seed, sample);
  // What was done of the torrents lies on the disk.
  const { fileSystem } = seed;
  const earlier: SwarmNode = { ...seed, fileSystem, records: sessionFixture(name) };
  const node = await swarm.node('10.0.0.2', { earlier });
  return { swarm, seed, node };
}

describe.each(SESSION_FIXTURES)('the session of %s', (name) => {
  it('comes back whole: torrents, settings, wishes, peers and bans', async () => {
    const { swarm, seed, node } = await restored(name);
    const { client } = node;
    expect(client.damage.all).toEqual([]);
    expect(client.settings).toMatchObject({
      uploadSlots: 5,
      maxConnections: 77,
      enablePex: false,
      dhtBootstrap: ['node.example:6881'],
    });
    const shown = new Map(client.torrents.map((torrent) => [torrent.record.name, torrent.snapshot()]));
    expect([...shown.keys()].toSorted()).toEqual(['choosing', 'nobody', 'secret', 'whole.bin', 'Ünïcode 名前']);
    expect(shown.get('whole.bin')).toMatchObject({ totalBytes: 100_000, wantedDoneBytes: 100_000 });
    expect(shown.get('secret')).toMatchObject({ totalBytes: 30_000, isPrivate: true, wantedDoneBytes: 0 });
    expect(shown.get('nobody')).toMatchObject({ totalBytes: undefined, state: { kind: 'stopped' } });
    expect(shown.get('Ünïcode 名前')).toMatchObject({ totalBytes: 400_001, wantedBytes: 350_000 });
    expect(shown.get('Ünïcode 名前')?.wantedDoneBytes).toBeGreaterThan(150_000);
    expect(client.get(NOBODY)?.record.trackers).toEqual([['udp://tracker.example:80']]);
    const { record } = client.get(partial.id) ?? {};
    expect(record).toMatchObject({
      banned: ['192.0.2.9', '192.0.2.10|6881'],
      peers: [
        { host: '2001:db8::1', port: 6881 },
        { host: '192.0.2.1', port: 51_413 },
      ],
    });
    const content = await swarm.clock.settle(client.get(partial.id)?.load() ?? Promise.resolve(undefined));
    expect(content?.fileSnapshots().map(({ priority }) => priority > 0)).toEqual([true, false, true, false]);
    await swarm.close([seed, node]);
  });

  it('goes on: no verified piece is fetched again, and who waited for a choice still does', async () => {
    const { swarm, seed, node } = await restored(name);
    const torrent = node.client.get(whole.id);
    torrent?.start();
    await swarm.clock.runUntil(() => torrent?.state.kind === 'seeding', { maxMs: 5000 });
    expect(torrent?.stats.received.total).toBe(0);
    const waiting = node.client.torrents.find(({ record }) => record.awaitingChoice);
    await swarm.clock.runUntil(() => waiting?.state.kind === 'awaiting-choice', { maxMs: 5000 });
    await swarm.close([seed, node]);
  });
});

describe.each(SESSION_FIXTURES.slice(2))('the session of %s, beside that', (name) => {
  it('brings what a user had called a torrent, and ends what was begun: a removal, and a file’s new name', async () => {
    const { swarm, seed, node } = await restored(name);
    const { client, fileSystem } = node;
    expect(client.get(whole.id)?.snapshot()).toMatchObject({ name: 'My whole file', label: 'kept' });
    await swarm.clock.settle(client.get(partial.id)?.load() ?? Promise.resolve(undefined));
    client.get(partial.id)?.start();
    await swarm.clock.runUntil(() => client.get(partial.id)?.record.renaming === undefined);
    const [path] = client.get(partial.id)?.content?.files.map((file) => file.path) ?? [];
    expect(path).toBe(`Ünïcode 名前/first.bin`);
    expect(await fileSystem.stat(`Ünïcode 名前/a.bin`)).toBeUndefined();
    expect(await fileSystem.stat(`Ünïcode 名前/first.bin`)).toMatchObject({ size: 150_000 });
    await swarm.clock.advance(1000);
    expect([...node.records.keys()].filter((key) => key.endsWith(REMOVED))).toEqual([]);
    await swarm.close([seed, node]);
  });
});
