import { describe, expect, it } from 'vitest';
import { SocketError } from '../../src/interfaces/socket.js';
import { createInfo, encodeMetainfo } from '../../src/protocol/metainfo-encoder.js';
import {
  hasAllFiles,
  makeTorrent,
  type SampleTorrent,
  type SwarmNode,
  VirtualSwarm,
} from '../simulation/virtual-swarm.js';

const PIECE = 16_384;
const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 1_000_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: PIECE,
  files: { 'a.bin': 200_000, 'b/b.bin': 150_000, 'c.bin': 150_001 },
});
const album = (file: string) => `album/${file}`;
const bare = (query = '') => `magnet:?xt=urn:btih:${sample.id}${query}`;

/** A seed and an empty client. */
async function setUp(options: { readonly capacityBytes?: number } = {}) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const leech = await swarm.node('10.0.0.2', { ...line, ...options });
  return {
    swarm,
    clock: swarm.clock,
    seed,
    leech,
    close: (...more: SwarmNode[]) => swarm.close([seed, leech, ...more]),
  };
}

/** The client at `leech` again, after it was closed, on the same disk and session. */
async function restart(swarm: VirtualSwarm, earlier: SwarmNode, ip = '10.0.0.3') {
  await swarm.close([earlier]);
  return swarm.node(ip, { ...line, earlier });
}

const the = (node: SwarmNode, id = sample.id) => {
  const torrent = node.client.get(id);
  if (!torrent) throw new Error('no such torrent');
  return torrent;
};

describe('adding', () => {
  it('stores a torrent before anything of it is told to the network', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const { store } = leech;
    const put = store.put.bind(store);
    const announcedWhenStored: boolean[] = [];
    store.put = async (key, value) => {
      await new Promise<void>((resolve) => clock.setTimer(500, resolve));
      await put(key, value);
      if (key.startsWith('torrent/')) announcedWhenStored.push(swarm.tracker.log.includes('10.0.0.2 started'));
    };
    const adding = leech.client.add({ metainfo: sample.metainfo });
    await clock.advance(900);
    expect(swarm.tracker.log).not.toContain('10.0.0.2 started');
    await clock.settle(adding);
    await clock.advance(100);
    expect(announcedWhenStored[0]).toBe(false);
    expect(swarm.tracker.log).toContain('10.0.0.2 started');
    await close();
  });

  it('that cannot be stored leaves nothing, and can be tried again', async () => {
    const { swarm, leech, close } = await setUp();
    const { store } = leech;
    const put = store.put.bind(store);
    store.put = () => Promise.reject(new Error('quota'));
    await expect(leech.client.add({ metainfo: sample.metainfo })).rejects.toThrow('quota');
    expect(leech.client.torrents).toEqual([]);
    store.put = put;
    await swarm.complete([await swarm.add(leech, { metainfo: sample.metainfo })]);
    await close();
  });

  it('the same again is no second torrent, also at the same time, and brings its peers and trackers', async () => {
    const { swarm, clock, seed, leech, close } = await setUp();
    const added: string[] = [];
    leech.client.on('torrentAdded', ({ id }) => added.push(id));
    const outcomes = await clock.settle(
      Promise.all([leech.client.add({ magnet: bare() }), leech.client.add({ magnet: bare('&dn=other') })]),
    );
    expect(outcomes.map(({ isNew }) => isNew)).toEqual([true, false]);
    expect(outcomes[0].torrent).toBe(outcomes[1].torrent);
    expect(added).toEqual([sample.id]);
    const torrent = the(leech);
    await clock.advance(60_000);
    expect(torrent.state.kind).toBe('metadata');
    const peer = `&x.pe=${seed.ip}:${seed.client.snapshot().listenPort}`;
    const again = await clock.settle(leech.client.add({ magnet: bare(`&tr=http://t.test/announce${peer}`) }));
    expect(again).toMatchObject({ isNew: false, newTrackers: 1 });
    expect(torrent.record.trackers).toEqual([['http://t.test/announce']]);
    expect(torrent.details().trackers.map(({ url }) => url)).toEqual(['http://t.test/announce']);
    await swarm.complete([torrent]);
    await close();
  });

  it('a .torrent gives a magnet without peers its metadata, and what it says about itself', async () => {
    const { swarm, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: bare() });
    expect(torrent.state.kind).toBe('metadata');
    const again = await swarm.add(leech, { metainfo: sample.metainfo });
    expect(again).toBe(torrent);
    expect(torrent.snapshot().name).toBe('album');
    await swarm.complete([torrent]);
    const later = await restart(swarm, leech);
    expect(the(later).content?.files).toHaveLength(3);
    await close(later);
  });

  it('a .torrent to a magnet does not wait until what is on disk is checked', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: bare() });
    swarm.writeFiles(leech, sample);
    const { fileSystem } = leech;
    const open = fileSystem.open.bind(fileSystem);
    fileSystem.open = async (...args) => {
      await new Promise<void>((resolve) => clock.setTimer(30_000, resolve));
      return open(...args);
    };
    const before = clock.now();
    await swarm.add(leech, { metainfo: sample.metainfo });
    expect(clock.now() - before).toBeLessThan(1000);
    await clock.advance(100);
    expect(torrent.state.kind).toBe('checking');
    await swarm.complete([torrent], { maxMs: 300_000 });
    await close();
  });

  it('a private torrent takes no trackers and no peers from links (BEP 27)', async () => {
    const { swarm, leech, close } = await setUp();
    const info = createInfo({
      name: 'secret',
      pieceLength: PIECE,
      pieces: new Uint8Array(20),
      content: { length: 5 },
      isPrivate: true,
    });
    const torrent = await swarm.add(leech, {
      metainfo: encodeMetainfo({ info, announceTiers: [['http://own.test/a']] }),
    });
    await swarm.add(leech, { magnet: `magnet:?xt=urn:btih:${torrent.id}&tr=http://t.test/announce&x.pe=10.0.0.9:5` });
    expect(torrent.record.trackers).toEqual([['http://own.test/a']]);
    expect(torrent.knownPeers).toBe(0);
    expect(torrent.snapshot().isPrivate).toBe(true);
    await close();
  });

  it('stopped, it stays silent until it is started', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { start: false });
    await clock.advance(10_000);
    expect(torrent.state.kind).toBe('stopped');
    expect(swarm.tracker.log).not.toContain('10.0.0.2 started');
    torrent.start();
    await swarm.complete([torrent]);
    await close();
  });

  it('a root that does not exist is refused', async () => {
    const { leech, close } = await setUp();
    const adding = leech.client.add({ metainfo: sample.metainfo }, { root: 'elsewhere' });
    await expect(adding).rejects.toMatchObject({ code: 'root-missing' });
    expect(leech.client.torrents).toEqual([]);
    await close();
  });
});

describe('choosing files', () => {
  it('downloads the wanted files and the pieces they share with others, and nothing else', async () => {
    const { swarm, leech, close } = await setUp();
    let completed = 0;
    leech.client.on('torrentCompleted', () => completed++);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { wantedFiles: [1] });
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ wantedBytes: 150_000, wantedDoneBytes: 150_000, totalBytes: 500_001 });
    expect(torrent.snapshot().downloadedBytes).toBeLessThan(150_000 + 2 * PIECE + 1);
    expect(leech.fileSystem.readFile(album('b/b.bin'))).toEqual(sample.files.get(album('b/b.bin')));
    expect(completed).toBe(1);
    expect(swarm.tracker.log).not.toContain('10.0.0.2 completed');
    torrent.choose({ priorities: [{ priority: 4, fileIndices: [0, 1, 2] }] });
    expect(torrent.state.kind).toBe('downloading');
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect(completed).toBe(2);
    expect(swarm.tracker.log).toContain('10.0.0.2 completed');
    await close();
  });

  it('first, a magnet waits once its files are known, over a restart too', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: sample.magnet }, { chooseFilesFirst: true });
    await clock.runUntil(() => torrent.state.kind === 'awaiting-choice');
    await clock.advance(10_000);
    expect(torrent.snapshot().downloadedBytes).toBe(0);
    expect(torrent.details().files.map(({ path }) => path)).toEqual([...sample.files.keys()]);
    const later = await restart(swarm, leech);
    await clock.advance(10_000);
    expect(the(later).state.kind).toBe('awaiting-choice');
    const order = { isSequential: true, firstAndLastFirst: true };
    the(later).choose({ order });
    expect(the(later).state.kind).toBe('awaiting-choice');
    the(later).choose({
      priorities: [
        { priority: 0, fileIndices: [0, 1] },
        { priority: 7, fileIndices: [2, 3, -1, 0.5] },
      ],
    });
    await swarm.complete([the(later)]);
    expect(
      the(later)
        .details()
        .files.map(({ priority }) => priority),
    ).toEqual([0, 0, 7]);
    expect(the(later).details().order).toEqual(order);
    await close(later);
  });

  it('of a link (BEP 53) are chosen from the beginning', async () => {
    const { swarm, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: `${sample.magnet}&so=2` });
    await swarm.complete([torrent]);
    expect(torrent.details().files.map(({ priority }) => priority)).toEqual([0, 0, 4]);
    await close();
  });
});

describe('removing', () => {
  it('leaves the files, or deletes them with their folders, and a restart knows it no more', async () => {
    for (const deleteFiles of [false, true]) {
      const { swarm, clock, leech, close } = await setUp();
      const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
      await swarm.complete([torrent]);
      const removed: string[] = [];
      leech.client.on('torrentRemoved', (id) => removed.push(id));
      await clock.settle(leech.client.remove(sample.id, { deleteFiles }));
      expect(removed).toEqual([sample.id]);
      expect(await leech.fileSystem.list('')).toHaveLength(deleteFiles ? 0 : 1);
      await clock.advance(1000);
      expect(swarm.tracker.log).toContain('10.0.0.2 stopped');
      const later = await restart(swarm, leech);
      expect(later.client.torrents).toEqual([]);
      const kept = deleteFiles ? [] : ['state/kept-files'];
      expect((await later.store.keys('')).toSorted()).toEqual(['settings', ...kept, 'state/queue-order']);
      await close(later);
    }
  });

  it('does not wait for a tracker that hangs', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { magnet: bare('&tr=http://hangs.test/announce') });
    await clock.advance(1000);
    swarm.tracker.isHanging = true;
    const before = clock.now();
    await clock.settle(leech.client.remove(torrent.id, { deleteFiles: true }));
    expect(clock.now() - before).toBeLessThan(100);
    await close();
  });

  it.each(['removed', 'stopped'])('closing waits until the trackers of a torrent just %s were told', async (how) => {
    const { swarm, clock, seed, leech } = await setUp();
    const torrent = await swarm.add(leech, { magnet: bare('&tr=http://slow.test/announce') });
    await clock.advance(1000);
    swarm.tracker.isHanging = true;
    const before = clock.now();
    if (how === 'stopped') void torrent.stop();
    else await clock.settle(leech.client.remove(torrent.id, { deleteFiles: false }));
    await clock.settle(leech.client.close());
    expect(clock.now() - before).toBeGreaterThanOrEqual(5000);
    await swarm.close([seed]);
  });

  it('in the middle of a download can be undone by adding it again', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    const removing = leech.client.remove(sample.id, { deleteFiles: true });
    const adding = leech.client.add({ metainfo: sample.metainfo });
    await clock.settle(Promise.all([removing, adding]));
    expect(the(leech)).not.toBe(torrent);
    torrent.start();
    expect([torrent.isOnline, torrent.peers.size]).toEqual([false, 0]);
    await swarm.complete([the(leech)]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('what is not there is an error', async () => {
    const { leech, close } = await setUp();
    await expect(leech.client.remove(sample.id, { deleteFiles: false })).rejects.toMatchObject({
      code: 'unknown-torrent',
    });
    await close();
  });
});

describe('restarting', () => {
  it('goes on where it was: no verified piece is downloaded again, totals go on', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 200_000);
    const { wantedDoneBytes, downloadedBytes } = torrent.snapshot();
    const later = await restart(swarm, leech);
    await swarm.complete([the(later)]);
    expect(hasAllFiles(later, sample)).toBe(true);
    const total = the(later).snapshot().downloadedBytes;
    expect(total).toBeGreaterThan(downloadedBytes);
    expect(total - downloadedBytes).toBeLessThanOrEqual(500_001 - wantedDoneBytes + 4 * PIECE);
    await close(later);
  });

  it('leaves what was stopped stopped, and what was complete seeding at once', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    const completedAt = torrent.snapshot().completedAt;
    const later = await restart(swarm, leech);
    const states: string[] = [];
    later.client.on('torrentChanged', ({ state }) => states.push(state.kind));
    await clock.runUntil(() => the(later).state.kind === 'seeding', { maxMs: 1000 });
    expect(states).not.toContain('checking');
    expect(the(later).snapshot().completedAt).toBe(completedAt);
    await clock.settle(the(later).stop());
    const last = await restart(swarm, later, '10.0.0.4');
    await clock.advance(5000);
    expect(the(last).state.kind).toBe('stopped');
    await close(last);
  });

  it('keeps the port, and the peers that were met', async () => {
    const { swarm, clock, seed, leech, close } = await setUp();
    const torrent = await swarm.add(
      leech,
      { magnet: bare() },
      { peers: [{ host: seed.ip, port: seed.client.snapshot().listenPort ?? 0 }] },
    );
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    const port = leech.client.snapshot().listenPort;
    const later = await restart(swarm, leech);
    expect(later.client.snapshot().listenPort).toBe(port);
    await swarm.complete([the(later)]);
    await close(later);
  });

  it('remembers settings that were changed, and only those', async () => {
    const { swarm, clock, leech, close } = await setUp();
    await clock.settle(leech.client.updateSettings({ maxConnections: 7, listenPort: 50_000 }));
    expect(leech.client.snapshot().listenPort).toBe(50_000);
    const later = await restart(swarm, leech);
    expect(later.client.settings).toMatchObject({ maxConnections: 7, listenPort: 50_000 });
    expect(later.client.snapshot().listenPort).toBe(50_000);
    const bytes = new TextDecoder('latin1').decode(await later.store.get('settings'));
    expect(bytes).toContain('maxConnections');
    expect(bytes).not.toContain('uploadSlots');
    await close(later);
  });

  it('hostile 48: a damaged record costs that torrent at most a recheck, and the others nothing', async () => {
    const { swarm, clock, seed, leech } = await setUp();
    const second = makeTorrent({ name: 'second', seed: 5, pieceLength: PIECE, files: { 'x.bin': 10 } });
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.add(leech, { metainfo: second.metainfo });
    await swarm.complete([torrent]);
    await clock.advance(2000);
    await swarm.close([leech]);
    const spoilt: [string, Uint8Array][] = [];
    for (const [key, bytes] of leech.records) {
      if (!key.endsWith(second.id) && key !== 'settings') spoilt.push([key, bytes]);
    }
    expect(spoilt.map(([key]) => key.split('/')[0]).toSorted()).toEqual([
      'files',
      'metadata',
      'progress',
      'state',
      'torrent',
    ]);
    for (const [index, [key, bytes]] of spoilt.entries()) {
      leech.records.set(key, index % 2 === 0 ? bytes.subarray(0, bytes.length / 2) : new Uint8Array(0));
      const later = await swarm.node(`10.0.1.${index}`, { ...line, earlier: leech });
      await clock.advance(100);
      expect(later.client.damage.all).toMatchObject([{ key, error: { code: 'damaged' } }]);
      expect(the(later, second.id).state.kind).not.toBe('failed');
      if (later.client.get(sample.id)) await swarm.complete([the(later)]);
      else expect(key).toBe(`torrent/${sample.id}`);
      await swarm.close([later]);
      leech.records.set(key, bytes);
    }
    await swarm.close([seed]);
  });
});

describe('the disk', () => {
  it('hostile 50: full, it pauses the torrent with that reason, keeps the data, and one click resumes', async () => {
    const { swarm, clock, leech, close } = await setUp({ capacityBytes: 250_000 });
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject({ problem: { code: 'disk-full' } });
    const { wantedDoneBytes, connectedPeers, downloadedBytes } = torrent.snapshot();
    expect(wantedDoneBytes).toBeGreaterThan(150_000);
    expect(connectedPeers).toBe(0);
    torrent.start();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    leech.fileSystem.capacityBytes = Infinity;
    torrent.start();
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect(torrent.snapshot().downloadedBytes - downloadedBytes).toBeLessThan(500_001 - wantedDoneBytes + 20 * PIECE);
    await close();
  });

  it('hostile 50: a file that is cut short under a seed pauses it; one click checks and completes it again', async () => {
    const { swarm, clock, seed, leech, close } = await setUp();
    seed.fileSystem.writeFile(album('c.bin'), new Uint8Array(10));
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => the(seed).state.kind === 'failed');
    expect(the(seed).state).toMatchObject({ problem: { code: 'files-changed' } });
    swarm.writeFiles(seed, sample);
    the(seed).start();
    expect(the(seed).snapshot().wantedDoneBytes).toBeLessThanOrEqual(500_001);
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('two torrents of one name do not share a file', async () => {
    const { swarm, leech, close } = await setUp();
    const twin = makeTorrent({ name: 'ALBUM', seed: 77, pieceLength: PIECE, files: { 'a.bin': 60_000, 'c.bin': 5 } });
    const source = await swarm.node('10.0.0.8', line);
    await swarm.seedFrom(source, twin);
    const torrents = [
      await swarm.add(leech, { metainfo: sample.metainfo }),
      await swarm.add(leech, { magnet: twin.magnet }),
    ];
    await swarm.complete(torrents);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect((await leech.fileSystem.list('')).map(({ name }) => name)).toEqual(['ALBUM.1', 'album']);
    expect(leech.fileSystem.readFile('ALBUM.1/a.bin')).toEqual(twin.files.get('ALBUM/a.bin'));
    await swarm.clock.settle(leech.client.remove(twin.id, { deleteFiles: true }));
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close(source);
  });

  it('what is there already is checked, not downloaded', async () => {
    const { swarm, leech, close } = await setUp();
    swarm.writeFiles(leech, sample);
    const bytes = leech.fileSystem.readFile(album('a.bin'));
    bytes[0] = (bytes[0] as number) ^ 1;
    leech.fileSystem.writeFile(album('a.bin'), bytes);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    expect(torrent.snapshot().downloadedBytes).toBe(PIECE);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('a recheck finds what was changed', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    const bytes = leech.fileSystem.readFile(album('c.bin'));
    leech.fileSystem.writeFile(
      album('c.bin'),
      bytes.map((byte, index) => (index === 100_000 ? byte ^ 1 : byte)),
    );
    const before = torrent.snapshot().downloadedBytes;
    torrent.recheck();
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    await swarm.complete([torrent]);
    expect(torrent.snapshot().downloadedBytes - before).toBe(PIECE);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });
});

describe('stopping', () => {
  it('ends all traffic at once; starting goes on', async () => {
    const { swarm, clock, seed, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    const stopping = torrent.stop();
    expect([torrent.state.kind, torrent.peers.size]).toEqual(['stopped', 0]);
    await clock.settle(stopping);
    const { downloadedBytes } = torrent.snapshot();
    await clock.advance(60_000);
    expect(torrent.snapshot().downloadedBytes).toBe(downloadedBytes);
    expect(the(seed).peers.size).toBe(0);
    torrent.start();
    await swarm.complete([torrent]);
    await close();
  });

  it('and starting has the same peers again at once', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    await clock.settle(torrent.stop());
    swarm.tracker.isHanging = true;
    await clock.advance(100);
    torrent.start();
    await clock.runUntil(() => torrent.peers.size > 0, { maxMs: 1000 });
    swarm.tracker.isHanging = false;
    await swarm.complete([torrent]);
    await close();
  });

  it('and starting in quick turns ends in what was asked last', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    for (let count = 0; count < 10; count++) {
      void torrent.stop();
      torrent.start();
      await clock.advance(count * 7);
      torrent.recheck();
    }
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    void torrent.stop();
    torrent.start();
    void torrent.stop();
    await clock.advance(60_000);
    expect(torrent.state.kind).toBe('stopped');
    await close();
  });

  it('the whole client leaves no timer and no socket', async () => {
    const { swarm, clock, leech, close } = await setUp();
    await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.advance(500);
    await close();
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('listening', () => {
  it('takes the next port when its own is busy', async () => {
    const swarm = new VirtualSwarm(1);
    const host = swarm.network.host('10.0.0.1');
    await host.listenTcp({ port: 6881 });
    const node = await swarm.node('10.0.0.1', { sockets: host, settings: { listenPort: 6881 } });
    expect(node.client.snapshot().listenPort).toBe(6882);
    await swarm.close([node]);
  });

  it('hostile 51: is back after the host lost all its sockets, and torrents dial their peers at once', async () => {
    const { swarm, clock, seed, close } = await setUp();
    const host = swarm.network.host('10.0.0.7', line);
    const node = await swarm.node('10.0.0.7', { sockets: host });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    const error = new SocketError('bridge-lost', 'the helper is gone');
    for (const peer of torrent.peers) peer.connection.close({ kind: 'socket', error });
    await clock.advance(1000);
    expect(torrent.peers.size).toBe(0);
    await clock.settle(Promise.all([node.client.relisten(), node.client.relisten()]));
    expect(node.client.snapshot().listenPort).toBeDefined();
    await clock.advance(500);
    expect(torrent.peers.size).toBe(1);
    expect(the(seed).state.kind).toBe('seeding');
    await swarm.complete([torrent]);
    await close(node);
  });
});

describe('another port', () => {
  it('is told to the trackers as soon as they allow it, and the same port again is not', async () => {
    const { clock, seed, close } = await setUp();
    const ports = () => seed.http.requests.splice(0).flatMap(({ url }) => /[?&]port=(\d+)/.exec(url)?.[1] ?? []);
    await clock.advance(60_000);
    ports();
    await clock.settle(seed.client.updateSettings({ listenPort: 50_000 }));
    await clock.advance(0);
    expect(ports()).toEqual(['50000']);
    await clock.settle(seed.client.relisten());
    await clock.advance(120_000);
    expect(ports()).toEqual([]);
    await close();
  });
});

describe('foreign text', () => {
  it('hostile 45: names reach snapshots without controls and bidi marks, else as they are', async () => {
    const { swarm, clock, leech, close } = await setUp();
    const name = 'a\u202eb\u0007<img src=x onerror=alert(1)>';
    const evil: SampleTorrent = makeTorrent({ name, seed: 3, pieceLength: PIECE, files: { x: 5 } });
    const torrent = await swarm.add(leech, { metainfo: evil.metainfo });
    expect(torrent.snapshot().name).toBe('a\ufffdb\ufffd<img src=x onerror=alert(1)>');
    expect(torrent.details().files[0]?.path).not.toMatch(/[\u202e\u0007<>]/);
    const magnet = await swarm.add(leech, { magnet: `${bare()}&dn=${encodeURIComponent(name)}` });
    expect(magnet.snapshot().name).toBe('a\ufffdb\ufffd<img src=x onerror=alert(1)>');
    await clock.advance(100);
    await close();
  });
});
