import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { LibtorrentPeer, waitUntil } from './peers/index.js';
import { BittorrentDhtNode } from './peers/bittorrent-dht.js';
import { OwnDht } from './peers/own-dht.js';

const newInfoHash = (): string => randomBytes(20).toString('hex');

describe('our DHT and bittorrent-dht', () => {
  const lab = Lab.open();

  test('find what the other has announced, both ways', async () => {
    const first = lab.use(await BittorrentDhtNode.start([]));
    const theirs = [first];
    const ours: OwnDht[] = [];
    for (let index = 0; index < 4; index++) {
      theirs.push(lab.use(await BittorrentDhtNode.start([first.endpoint])));
      ours.push(lab.use(await OwnDht.start([first.endpoint])));
    }
    const [announcer, finder] = ours as [OwnDht, OwnDht];
    await waitUntil(() => ours.every(({ dht }) => dht.nodeCount >= 4), { timeoutMs: 60_000, what: 'ours know nodes' });

    const theirHash = newInfoHash();
    await theirs[1]?.announce(theirHash, 4001);
    expect((await finder.search(theirHash)).peers).toEqual(['127.0.0.1:4001']);

    const ourHash = newInfoHash();
    const { summary } = await announcer.search(ourHash, { port: 4002 });
    expect(summary.announcedTo).toBeGreaterThanOrEqual(5);
    const search = async () => ((await theirs[2]?.lookup(ourHash)) ?? []).includes('127.0.0.1:4002');
    await waitUntil(search, { timeoutMs: 60_000, what: 'bittorrent-dht finds what we announced' });
  });
});

describe('our DHT and libtorrent', () => {
  const lab = Lab.open();

  test('libtorrent announces to our nodes, and finds through them who we announced', async () => {
    const router = lab.use(await OwnDht.start([], '127.0.0.2'));
    const ours = [router];
    for (let index = 3; index < 12; index++) {
      ours.push(lab.use(await OwnDht.start([router.endpoint], `127.0.0.${index}`)));
    }
    const [announcer, finder] = ours.slice(-2) as [OwnDht, OwnDht];
    await waitUntil(() => ours.every(({ dht }) => dht.nodeCount >= 5), {
      timeoutMs: 60_000,
      what: 'ours know each other',
    });

    // Who is announced is found when libtorrent dials it.
    let dials = 0;
    const server = createServer((socket) => {
      dials++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, announcer.endpoint.host, resolve));
    lab.use({ stop: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    const infoHash = newInfoHash();
    await announcer.search(infoHash, { port: (server.address() as AddressInfo).port });

    const libtorrent = lab.use(
      await LibtorrentPeer.start({
        settings: {
          enable_dht: true,
          dht_bootstrap_nodes: `${router.endpoint.host}:${router.endpoint.port}`,
          dht_restrict_routing_ips: false,
          dht_restrict_search_ips: false,
          dht_ignore_dark_internet: false,
        },
      }),
    );
    // A torrent added before its DHT runs is searched for a quarter of an hour later.
    const hasJoined = () => ours.some(({ dht }) => dht.nodeCount >= ours.length);
    await waitUntil(hasJoined, { timeoutMs: 60_000, what: 'libtorrent joins' });
    await libtorrent.leech({ source: { magnet: `magnet:?xt=urn:btih:${infoHash}` }, outDir: lab.path('out') });
    const isDialled = () => dials > 0;
    await waitUntil(isDialled, { timeoutMs: 60_000, what: 'libtorrent dials who we announced' });
    const { host, port } = libtorrent.endpoint;
    const isAnnounced = async () => (await finder.search(infoHash)).peers.includes(`${host}:${port}`);
    await waitUntil(isAnnounced, { timeoutMs: 60_000, what: 'we find libtorrent' });
  });
});
