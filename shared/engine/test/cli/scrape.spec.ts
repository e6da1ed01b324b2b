import { describe, expect, test } from 'vitest';
import { scrape } from '../../src/cli/commands/scrape.js';
import type { CliHost, DhtAccess, TrackerAccess } from '../../src/cli/host.js';
import { decodeDictionary } from '../../src/protocol/bencode.js';
import { encodeMetainfo } from '../../src/protocol/metainfo-encoder.js';
import { UdpPort } from '../../src/core/udp-port.js';
import { trackerCreator } from '../../src/tracker/create-trackers.js';
import { MemoryHttpClient, SeededRandom, SilentLogger, VirtualNetwork } from '../mocks/index.js';
import { VirtualUdpTracker } from '../tracker/virtual-udp-tracker.js';
import { VirtualDht } from '../simulation/virtual-dht.js';
import { makeTorrent } from '../simulation/virtual-swarm.js';
import { MemoryHost } from './memory-host.js';

const HASH = '61'.repeat(20);
const reply = new TextEncoder().encode(
  `d5:filesd20:${'a'.repeat(20)}d8:completei1e10:downloadedi2e10:incompletei3eeee`,
);

/** A host on the virtual network: a UDP tracker at 10.0.0.9:80, and an HTTP one that is `http://t.example/announce`. */
class NetworkHost extends MemoryHost {
  readonly #random = new SeededRandom(1);
  readonly #network = new VirtualNetwork({ clock: this.clock, random: this.#random });

  opened: Parameters<CliHost['openTrackers']>[0] | undefined;

  override async openTrackers(options: Parameters<CliHost['openTrackers']>[0]): Promise<TrackerAccess> {
    this.opened = options;
    const { clock } = this;
    await VirtualUdpTracker.start(this.#network.host('10.0.0.9'), { clock, random: this.#random, port: 80 });
    const udp = new UdpPort({ sockets: this.#network.host('10.0.0.1'), clock, logger: new SilentLogger() });
    await udp.open(0);
    const http = new MemoryHttpClient({
      clock,
      handler: ({ url }) =>
        url.startsWith('http://t.example/scrape?info_hash=aaa')
          ? { status: 200, body: reply }
          : { status: 404, body: new Uint8Array() },
    });
    const create = trackerCreator({ http, clock, random: this.#random }, udp);
    const stats = () => ({ uploaded: 0, downloaded: 0, left: 0 });
    return {
      create: (url, infoHash) =>
        create(url, {
          infoHash,
          peerId: new Uint8Array(20),
          userAgent: '',
          port: () => 0,
          stats,
          key: 0,
        }),
      close: () => udp.close(),
    };
  }
}

async function run(trackers: readonly string[], ...args: string[]) {
  const host = new NetworkHost();
  const link = `magnet:?xt=urn:btih:${HASH}${trackers.map((url) => `&tr=${encodeURIComponent(url)}`).join('')}`;
  const outcome = scrape.run(host, [link, ...args]).then(
    () => 'ok',
    (error: unknown) => (error as Error).message,
  );
  return { outcome: await host.clock.settle(outcome), written: host.written, timers: host.clock.pendingTimers };
}

describe('jstorrent scrape', () => {
  test('prints what each tracker counts, and why one does not', async () => {
    const trackers = ['http://t.example/announce', 'udp://10.0.0.9:80', 'http://t.example/a', 'udp://10.0.0.8:80'];
    const { outcome, written, timers } = await run(trackers);
    expect(outcome).toBe('ok');
    expect(written.split('\n')).toEqual([
      'http://t.example/announce  seeds 1, leechers 3, downloads 2',
      'udp://10.0.0.9:80  seeds 3, leechers 4, downloads 5',
      'http://t.example/a  failed: This tracker cannot be scraped',
      'udp://10.0.0.8:80  failed: The tracker does not answer',
      '',
    ]);
    expect(timers).toBe(0);
  });

  test('prints one JSON object with --json', async () => {
    const { written } = await run(['udp://10.0.0.9:80', 'udp://t.example'], '--json');
    expect(JSON.parse(written)).toEqual({
      infoHash: HASH,
      trackers: [
        { url: 'udp://10.0.0.9:80', seeds: 3, leechers: 4, downloads: 5 },
        { url: 'udp://t.example', error: 'Not a valid address' },
      ],
    });
  });

  test.each([
    [[], false],
    [['--allow-local'], true],
  ])('with %j asks this machine and its LAN, for the .torrent as for its trackers: %s', async (args, allowLocal) => {
    const host = new NetworkHost();
    const { metainfo } = makeTorrent({ name: 'a', seed: 1, pieceLength: 16_384, files: { a: 1 } });
    const asked: boolean[] = [];
    host.serve = (_, options) => {
      asked.push(options.allowLocal);
      return { status: 200, body: metainfo };
    };
    const scraping = scrape.run(host, ['http://127.0.0.1/a.torrent', ...args]);
    await expect(host.clock.settle(scraping)).rejects.toThrow('no tracker answered');
    expect(asked).toEqual([allowLocal]);
    expect(host.opened).toEqual({ allowLocal });
  });

  test('fails when no tracker answers, when there is none, and for what is no link', async () => {
    expect((await run(['http://t.example/other/announce'])).outcome).toBe('no tracker answered');
    expect((await run([])).outcome).toBe('it names no tracker; --dht asks the DHT');
    await expect(scrape.run(new NetworkHost(), ['magnet:?x'])).rejects.toMatchObject({ code: 'failed' });
  });
});

/** One more node of a virtual DHT, of which nobody answers before `grow`. */
class DhtHost extends MemoryHost {
  readonly net = new VirtualDht({ seed: 3 });
  override readonly clock = this.net.clock;
  opened: Parameters<CliHost['openDht']>[0] | undefined;

  override async openDht(options: Parameters<CliHost['openDht']>[0]): Promise<DhtAccess> {
    this.opened = options;
    const node = await this.net.start();
    return {
      findPeers: () => expect.fail('nobody asked for peers'),
      scrape: (...search) => node.dht.scrape(...search),
      close: () => this.net.stop(node),
    };
  }

  async scrape(...args: string[]): Promise<string> {
    const outcome = scrape.run(this, args).then(
      () => 'ok',
      (error: unknown) => (error as Error).message,
    );
    return this.clock.settle(outcome);
  }
}

describe('jstorrent scrape --dht', () => {
  const infoHash = new Uint8Array(20).fill(0x61);
  const link = `magnet:?xt=urn:btih:${HASH}`;

  test('counts those who announced themselves in the DHT, about', async () => {
    const host = new DhtHost();
    await host.net.grow(30);
    const announced = host.net.nodes.slice(0, 12).map((node) => host.net.search(node, infoHash, 5000));
    await host.clock.settle(Promise.all(announced));
    expect(await host.scrape(link, '--dht', '--dht-bootstrap', '192.0.2.1:6881')).toBe('ok');
    const [, seeds, leechers] = /^DHT {2}seeds about (\d+), leechers about (\d+)\n$/.exec(host.written) ?? [];
    expect(Number(seeds)).toBe(0);
    expect(Math.abs(Number(leechers) - 12)).toBeLessThanOrEqual(1);
    expect(host.opened).toEqual({ bootstrap: [{ host: '192.0.2.1', port: 6881 }], allowLocalPeers: false });
    host.written = '';
    expect(await host.scrape(link, '--dht', '--json')).toBe('ok');
    expect(JSON.parse(host.written)).toEqual({
      infoHash: HASH,
      trackers: [],
      dht: { seeds: 0, peers: Number(leechers) },
    });
    host.net.close();
  });

  test('gives up after 30 s where no node answers, and never asks for a private torrent', async () => {
    const host = new DhtHost();
    const startedAt = host.clock.now();
    expect(await host.scrape(link, '--dht')).toBe('nobody answered');
    expect([host.written, host.clock.now() - startedAt]).toEqual(['DHT  failed: No node answers\n', 30_000]);
    host.opened = undefined;
    const secret = makeTorrent({ name: 'a', seed: 1, pieceLength: 16_384, files: { a: 1 }, isPrivate: true });
    const info = decodeDictionary(secret.metainfo).getDict('info')?.raw ?? new Uint8Array();
    const bare = encodeMetainfo({ info, announceTiers: [] });
    await host.write('t/secret.torrent', bare);
    expect(await host.scrape('/t/secret.torrent', '--dht')).toBe('nobody answered');
    expect(host.written).toContain('DHT  failed: A private torrent is not looked up in the DHT\n');
    expect(host.opened).toBeUndefined();
  });
});
