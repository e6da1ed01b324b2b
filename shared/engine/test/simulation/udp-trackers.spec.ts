import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../src/utils/bytes.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';
import { VirtualUdpTracker } from '../tracker/virtual-udp-tracker.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const SEEDER = '10.0.0.2';
const LEECHER = '10.0.0.3';
const SECOND = 1000;

async function setUp({ lossRate }: { readonly lossRate: number }) {
  const swarm = new VirtualSwarm(7);
  const { clock, random } = swarm;
  const trackers = await Promise.all(
    ['10.0.0.8', '10.0.0.9'].map((ip) =>
      VirtualUdpTracker.start(swarm.network.host(ip, { latencyMs: 20 }), { clock, random, port: 80 }),
    ),
  );
  const [first, second] = trackers as [VirtualUdpTracker, VirtualUdpTracker];
  const sample = makeTorrent({ name: 'sample', seed: 3, pieceLength: 16_384, files: { 'a.bin': 100_000, 'b.bin': 5 } });
  const seeder = await swarm.node(SEEDER);
  await swarm.seedFrom(seeder, sample);
  const compact = encodeCompactPeer({ host: SEEDER, port: seeder.client.snapshot().listenPort ?? 0 });
  for (const tracker of trackers) tracker.peers = concatBytes([compact ?? new Uint8Array()]);
  const leecher = await swarm.node(LEECHER, { latencyMs: 20, lossRate });
  const magnet = (...ips: string[]) => {
    const links = ips.map((ip) => `&tr=${encodeURIComponent(`udp://${ip}:80/announce`)}`);
    return `magnet:?xt=urn:btih:${sample.id}${links.join('')}`;
  };
  return { swarm, clock, first, second, sample, seeder, leecher, magnet };
}

describe('a magnet link with UDP trackers alone', () => {
  test('finds its swarm in a second of virtual time, from the port that peers reach', async () => {
    const { swarm, clock, first, sample, seeder, leecher, magnet } = await setUp({ lossRate: 0 });
    const addedAt = clock.now();
    const torrent = await swarm.add(leecher, { magnet: magnet('10.0.0.8') });
    await clock.runUntil(() => torrent.content !== undefined);
    expect(clock.now() - addedAt).toBeLessThan(SECOND);
    await swarm.complete([torrent]);
    expect(hasAllFiles(leecher, sample)).toBe(true);
    const listenPort = leecher.client.snapshot().listenPort;
    expect(first.requests.map(({ from }) => from)).toContainEqual({ host: LEECHER, port: listenPort });
    await clock.advance(SECOND);
    await swarm.close([leecher, seeder]);
    // left is 16,384 while the size is unknown; then comes the news that it is complete, and the goodbye.
    const announces = first.requests.filter(({ action }) => action === 'announce');
    expect(announces.map(({ bytes }) => new DataView(bytes.buffer).getUint32(80))).toEqual([2, 1, 3]);
    expect(announces.map(({ bytes }) => new DataView(bytes.buffer).getBigUint64(64))).toEqual([16_384n, 0n, 0n]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('finds it through a network that loses every fourth packet', async () => {
    const { swarm, leecher, seeder, sample, magnet } = await setUp({ lossRate: 0.25 });
    const torrent = await swarm.add(leecher, { magnet: magnet('10.0.0.8', '10.0.0.9') });
    await swarm.complete([torrent]);
    expect(hasAllFiles(leecher, sample)).toBe(true);
    await swarm.close([leecher, seeder]);
  });
});

describe('a magnet link with one UDP tracker, given by name', () => {
  const NAME = 'tracker.example';
  const setUpName = async (addresses: readonly string[]) => {
    const swarm = new VirtualSwarm(11);
    const { clock, random, network } = swarm;
    const host = network.host('10.0.0.8', { latencyMs: 20, secondIp: '2001:db8::8' });
    const tracker = await VirtualUdpTracker.start(host, { clock, random, port: 80 });
    network.name(NAME, addresses);
    const sample = makeTorrent({ name: 'sample', seed: 3, pieceLength: 16_384, files: { 'a.bin': 100_000 } });
    const seeder = await swarm.node(SEEDER, { secondIp: '2001:db8::2' });
    await swarm.seedFrom(seeder, sample);
    const port = seeder.client.snapshot().listenPort ?? 0;
    tracker.peers = encodeCompactPeer({ host: SEEDER, port }) ?? tracker.peers;
    tracker.peers6 = encodeCompactPeer({ host: '2001:db8::2', port }) ?? tracker.peers6;
    const leecher = await swarm.node(LEECHER, { latencyMs: 20, secondIp: '2001:db8::3' });
    const addedAt = clock.now();
    const link = `magnet:?xt=urn:btih:${sample.id}&tr=${encodeURIComponent(`udp://${NAME}:80/announce`)}`;
    const torrent = await swarm.add(leecher, { magnet: link });
    await clock.runUntil(() => torrent.content !== undefined);
    const elapsedMs = clock.now() - addedAt;
    await swarm.complete([torrent]);
    await clock.advance(5 * SECOND);
    const row = torrent.details().trackers[0];
    await swarm.close([leecher, seeder]);
    const from = new Set(tracker.requests.map((request) => request.from.host));
    return { elapsedMs, row, from: [...from].sort(), timers: clock.pendingTimers };
  };

  test('is known to the tracker by IPv4 and by IPv6, and the peers of both are in its row', async () => {
    const { elapsedMs, row, from, timers } = await setUpName(['10.0.0.8', '2001:db8::8']);
    expect(elapsedMs).toBeLessThan(SECOND);
    expect(row).toMatchObject({ status: 'working', peers: 2 });
    expect(from).toEqual([LEECHER, '2001:db8::3']);
    expect(timers).toBe(0);
  });

  test.each([
    ['IPv6', ['2001:db8::dead', '10.0.0.8'], LEECHER],
    ['IPv4', ['10.66.66.66', '2001:db8::8'], '2001:db8::3'],
  ])('finds its swarm in a second when nobody is at its %s address', async (_, addresses, source) => {
    const { elapsedMs, row, from, timers } = await setUpName(addresses);
    expect(elapsedMs).toBeLessThan(SECOND);
    expect(row).toMatchObject({ status: 'working', peers: 1, message: undefined });
    expect(from).toEqual([source]);
    expect(timers).toBe(0);
  });
});

describe('the trackers of a torrent', () => {
  test('are joined by those of a second link, and replaced by what the user sets', async () => {
    const { swarm, clock, first, second, leecher, seeder, magnet } = await setUp({ lossRate: 0 });
    const torrent = await swarm.add(leecher, { magnet: magnet('10.0.0.8') });
    await swarm.complete([torrent]);
    await swarm.add(leecher, { magnet: magnet('10.0.0.8', '10.0.0.9') });
    const urls = () => torrent.details().trackers.map(({ url }) => url);
    expect(urls()).toEqual(['udp://10.0.0.8:80/announce', 'udp://10.0.0.9:80/announce']);
    first.taken();
    torrent.setTrackers([['udp://10.0.0.9:80/announce']]);
    await clock.advance(SECOND);
    expect(first.taken()).toContain('announce');
    expect(second.taken()).toEqual(['connect', 'announce']);
    expect(torrent.record.trackers).toEqual([['udp://10.0.0.9:80/announce']]);
    await swarm.close([leecher, seeder]);
  });
});
