import { describe, expect, test } from 'vitest';
import { UdpPort } from '../../src/core/udp-port.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import type { ITracker } from '../../src/interfaces/tracker.js';
import { type NameLookup, NodeClock, NodeHttpClient, NodeRandom, NodeSocketFactory } from '../../src/io/node/index.js';
import { trackerCreator } from '../../src/tracker/create-trackers.js';
import { fromHex } from '../../src/utils/bytes.js';
import { SilentLogger } from '../mocks/silent-logger.js';
import { Lab } from './lab.js';
import { LibtorrentPeer, OwnCli, startBittorrentTracker, startOpentracker } from './peers/index.js';

const HASH = '0123456789abcdef0123456789abcdef01234567';
const UNLISTED = 'f'.repeat(40);

/** What every name stands for here. */
const lookup: NameLookup = (_name, family) => {
  const loopbacks = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  return Promise.resolve(loopbacks.filter((address) => family === undefined || address.family === family));
};

/** One client as trackers see it. */
class Announcer {
  readonly #udp: UdpPort;
  readonly #create: ReturnType<typeof trackerCreator>;
  readonly #port: number;
  readonly #name: string;

  private constructor(udp: UdpPort, options: { readonly port: number; readonly name: string }) {
    const clock = new NodeClock();
    this.#udp = udp;
    this.#port = options.port;
    this.#name = options.name;
    this.#create = trackerCreator({ http: new NodeHttpClient({ lookup }), clock, random: new NodeRandom() }, udp);
  }

  static async open(options: { readonly port: number; readonly name: string }): Promise<Announcer> {
    const sockets = new NodeSocketFactory({ lookup });
    const udp = new UdpPort({ sockets, clock: new NodeClock(), logger: new SilentLogger() });
    await udp.open(0);
    return new Announcer(udp, options);
  }

  tracker(
    url: string,
    options: { readonly infoHash?: string; readonly left?: number; readonly isPartialSeed?: boolean } = {},
  ): ITracker {
    const tracker = this.#create(url, {
      infoHash: fromHex(options.infoHash ?? HASH) as Uint8Array,
      peerId: new TextEncoder().encode(`-JT0100-${this.#name.padEnd(12, '.')}`),
      userAgent: 'JSTorrent/0.1.0',
      port: () => this.#port,
      stats: () => ({
        uploaded: 0,
        downloaded: 0,
        left: options.left ?? 0,
        isPartialSeed: options.isPartialSeed ?? false,
      }),
      key: 7,
    });
    if (!tracker) throw new Error(`no tracker at ${url}`);
    return tracker;
  }

  stop(): Promise<void> {
    this.#udp.close();
    return Promise.resolve();
  }
}

async function announceAndFind(tracker: ITracker): Promise<readonly Endpoint[]> {
  const found: Endpoint[] = [];
  tracker.on('peer', (peer) => found.push(peer));
  await tracker.announce('started');
  return found;
}

describe('real trackers', () => {
  const lab = Lab.open();
  const clients = async () =>
    [
      lab.use(await Announcer.open({ port: 21_001, name: 'seed' })),
      lab.use(await Announcer.open({ port: 21_002, name: 'leech' })),
    ] as const;

  describe.each([
    ['opentracker by UDP', () => startOpentracker([HASH]), 'udp'],
    ['opentracker by HTTP', () => startOpentracker([HASH]), 'http'],
    ['bittorrent-tracker by UDP', () => startBittorrentTracker(), 'udp'],
    ['bittorrent-tracker by HTTP', () => startBittorrentTracker(), 'http'],
  ] as const)('%s', (_, start, scheme) => {
    test('introduces two clients, counts them, and forgets the one that stops', async () => {
      const server = lab.use(await start());
      const url = scheme === 'udp' ? server.udpAnnounceUrl : server.announceUrl;
      const [seed, leech] = await clients();
      const seeding = seed.tracker(url);
      await seeding.announce('started');
      const leeching = leech.tracker(url, { left: 1000 });
      expect(await announceAndFind(leeching)).toContainEqual({ host: '127.0.0.1', port: 21_001 });
      expect(await leeching.scrape()).toMatchObject({ seeds: 1, leechers: 1 });
      await seeding.announce('stopped');
      expect(await leeching.scrape()).toMatchObject({ seeds: 0, leechers: 1 });
      const { intervalSeconds, seeds, leechers } = await leeching.announce('update');
      expect(intervalSeconds).toBeGreaterThanOrEqual(300);
      expect({ seeds, leechers }).toEqual({ seeds: 0, leechers: 1 });
    });

    test('counts a download that is completed', async () => {
      const server = lab.use(await start());
      const [, leech] = await clients();
      const tracker = leech.tracker(scheme === 'udp' ? server.udpAnnounceUrl : server.announceUrl);
      await tracker.announce('started');
      await tracker.announce('completed');
      expect(await tracker.scrape()).toMatchObject({ seeds: 1, leechers: 0 });
    });
  });

  /** A name that stands for both loopback addresses, as `localhost` does on most machines. */
  const bothLoopbacks = (url: string) => url.replace('127.0.0.1', 'both.example');

  test.each(['udp', 'http'] as const)(
    'bittorrent-tracker, by a name with both families, hears of us by each from the first %s announce on',
    async (scheme) => {
      const server = lab.use(await startBittorrentTracker());
      const [seed, leech] = await clients();
      const url = bothLoopbacks(scheme === 'udp' ? server.udpAnnounceUrl : server.announceUrl);
      const seeding = seed.tracker(url);
      await seeding.announce('started');
      const leeching = leech.tracker(url, { left: 1 });
      const found = await announceAndFind(leeching);
      expect(found).toContainEqual({ host: '127.0.0.1', port: 21_001 });
      // To clients at IPv6 addresses its UDP side names no peers at all.
      if (scheme === 'http') expect(found).toContainEqual({ host: '::1', port: 21_001 });
      // It counts a peer for each address.
      expect(await leeching.scrape()).toMatchObject({ seeds: 2, leechers: 2 });
      await seeding.announce('stopped');
      expect(await leeching.scrape()).toMatchObject({ seeds: 0, leechers: 2 });
    },
  );

  test.each(['udp', 'http'] as const)(
    'opentracker, which is at the IPv4 address alone, works by a name with both families (%s)',
    async (scheme) => {
      const server = lab.use(await startOpentracker([HASH]));
      const [seed, leech] = await clients();
      const url = bothLoopbacks(scheme === 'udp' ? server.udpAnnounceUrl : server.announceUrl);
      await seed.tracker(url).announce('started');
      const leeching = leech.tracker(url, { left: 1 });
      expect(await announceAndFind(leeching)).toContainEqual({ host: '127.0.0.1', port: 21_001 });
      expect(await leeching.scrape()).toMatchObject({ seeds: 1, leechers: 1 });
      // By HTTP it is refused at once; a datagram is only never answered.
      expect(leeching.stopAnnounces().map(({ family }) => family)).toEqual(scheme === 'http' ? [4] : [4, 6]);
    },
  );

  test('a torrent that opentracker does not list is refused with its reason', async () => {
    const server = lab.use(await startOpentracker([HASH]));
    const [seed] = await clients();
    const refused = expect.objectContaining({ code: 'failure-reason' }) as Error;
    await expect(seed.tracker(server.announceUrl, { infoHash: UNLISTED }).announce('started')).rejects.toThrow(refused);
  });

  test.each([
    ['opentracker', () => startOpentracker([HASH])],
    ['bittorrent-tracker', () => startBittorrentTracker()],
  ] as const)('%s keeps a partial seed (BEP 21) among its peers', async (_, start) => {
    const server = lab.use(await start());
    const [seed, leech] = await clients();
    const partial = seed.tracker(server.announceUrl, { left: 10, isPartialSeed: true });
    await partial.announce('started');
    await partial.announce('update');
    const found = await announceAndFind(leech.tracker(server.announceUrl, { left: 1000 }));
    expect(found).toContainEqual({ host: '127.0.0.1', port: 21_001 });
  });

  test('bittorrent-tracker introduces IPv6 clients by HTTP', async () => {
    const server = lab.use(await startBittorrentTracker());
    const url = server.announceUrl.replace('127.0.0.1', '[::1]');
    const [seed, leech] = await clients();
    await seed.tracker(url).announce('started');
    expect(await announceAndFind(leech.tracker(url, { left: 1 }))).toContainEqual({ host: '::1', port: 21_001 });
  });

  // To clients at IPv6 addresses its UDP side names no peers at all, but it counts them.
  test('bittorrent-tracker counts IPv6 clients by UDP', async () => {
    const server = lab.use(await startBittorrentTracker());
    const url = server.udpAnnounceUrl.replace('127.0.0.1', '[::1]');
    const [seed, leech] = await clients();
    await seed.tracker(url).announce('started');
    const leeching = leech.tracker(url, { left: 1 });
    await expect(leeching.announce('started')).resolves.toMatchObject({ seeds: 1, leechers: 1 });
    await expect(leeching.scrape()).resolves.toMatchObject({ seeds: 1, leechers: 1 });
  });

  test('a magnet link with a UDP tracker alone leads our client to a libtorrent seeder, and `scrape` tells of it', async () => {
    const { infoHash } = await lab.createTorrent('hash');
    const tracker = lab.use(await startOpentracker([infoHash]));
    const { torrentFile, magnet } = await lab.createTorrent('udp', [tracker.udpAnnounceUrl]);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const out = lab.path('udp-out');
    const cli = lab.use(OwnCli.start('download', magnet, '--out', out, '--allow-local'));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(out);
    expect(await OwnCli.run('scrape', magnet)).toMatch(/^udp:\S+ {2}seeds 1, leechers 0, downloads \d+$/);
  });
});
