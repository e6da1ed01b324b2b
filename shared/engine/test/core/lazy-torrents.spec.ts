import { describe, expect, it } from 'vitest';
import { makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';

const line = { uplinkBytesPerSecond: 1_000_000, downlinkBytesPerSecond: 1_000_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: 16_384,
  isPrivate: true,
  files: { 'a.bin': 200_000, 'b.bin': 100_000 },
});

const the = (node: SwarmNode) => {
  const torrent = node.client.get(sample.id);
  if (!torrent) throw new Error('no such torrent');
  return torrent;
};

/** A client with one stopped torrent that has half of its files, restored; counts what is read of its store. */
async function restored() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const before = await swarm.node('10.0.0.2', line);
  const torrent = await swarm.add(before, { metainfo: sample.metainfo }, { wantedFiles: [0] });
  await swarm.complete([torrent]);
  await swarm.clock.settle(torrent.stop());
  const shown = torrent.snapshot();
  await swarm.close([before]);
  const reads: string[] = [];
  const records = new Map(before.records);
  const get = records.get.bind(records);
  records.get = (key) => {
    reads.push(key.split('/')[0] ?? '');
    return get(key);
  };
  const node = await swarm.node('10.0.0.3', { ...line, earlier: { ...before, records } });
  return { swarm, clock: swarm.clock, seed, node, shown, reads, close: () => swarm.close([seed, node]) };
}

describe('a restored torrent that nobody has started', () => {
  it('shows in the list what it showed before, without its metadata, progress or files being read', async () => {
    const { node, shown, reads, close } = await restored();
    const listed = the(node).snapshot();
    expect(listed).toEqual(shown);
    expect(listed).toMatchObject({
      totalBytes: 300_000,
      wantedBytes: 200_000,
      wantedDoneBytes: 200_000,
      isPrivate: true,
    });
    expect(new Set(reads)).toEqual(new Set(['settings', 'state', 'torrent']));
    expect(the(node).content).toBeUndefined();
    await close();
    expect(new Set(reads)).toEqual(new Set(['settings', 'state', 'torrent']));
  });

  it('loads for its details, which then show how far each file is', async () => {
    const { clock, node, shown, close } = await restored();
    const torrent = the(node);
    expect(torrent.details()).toMatchObject({ files: [], pieceCount: undefined });
    let changes = 0;
    torrent.on('changed', () => changes++);
    await clock.settle(torrent.load());
    expect(changes).toBe(1);
    const { files } = torrent.details();
    expect(files.map(({ priority }) => priority)).toEqual([4, 0]);
    expect(files[0]?.doneBytes).toBe(200_000);
    expect(torrent.snapshot()).toEqual(shown);
    expect(torrent.isComplete).toBe(false);
    await close();
  });

  it('loads for a choice of files', async () => {
    const { swarm, clock, node, close } = await restored();
    the(node).choose({ priorities: [{ priority: 4, fileIndices: [0, 1] }] });
    await clock.advance(10);
    expect(the(node).snapshot()).toMatchObject({ wantedBytes: 300_000, state: { kind: 'stopped' } });
    expect(the(node).record.summary).toMatchObject({ wantedBytes: 300_000 });
    the(node).start();
    await swarm.complete([the(node)]);
    await close();
  });

  it('loads when it is removed with its files', async () => {
    const { clock, node, close } = await restored();
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(await node.fileSystem.list('')).toEqual([]);
    await close();
  });

  it('keeps others out of its folder', async () => {
    const { swarm, node, close } = await restored();
    const other = makeTorrent({ name: 'Album', seed: 9, pieceLength: 16_384, files: { 'a.bin': 1, 'b.bin': 1 } });
    const torrent = await swarm.add(node, { metainfo: other.metainfo }, { start: false });
    expect(torrent.details().files[0]?.path).toBe('Album.1/a.bin');
    await close();
  });

  it('takes no peers and trackers from links while it is private (BEP 27)', async () => {
    const { swarm, node, close } = await restored();
    const { knownPeers, record } = the(node);
    await swarm.add(node, { magnet: `${sample.magnet}&tr=http://other.test/a&x.pe=10.0.0.9:5` });
    expect([the(node).knownPeers, the(node).record.trackers]).toEqual([knownPeers, record.trackers]);
    await close();
  });

  it('refuses a peer that dials it', async () => {
    const { swarm, clock, seed, node, close } = await restored();
    const port = node.client.snapshot().listenPort ?? 0;
    seed.client.get(sample.id)?.addPeer({ host: node.ip, port }, 'manual');
    await clock.advance(5000);
    expect(seed.client.get(sample.id)?.peers.size).toBe(0);
    expect(swarm.tracker.log.filter((entry) => entry.startsWith(node.ip))).toEqual([]);
    await close();
  });
});
