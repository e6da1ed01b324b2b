import { describe, expect, test } from 'vitest';
import { scrape } from '../../src/cli/commands/scrape.js';
import type { TrackerAccess } from '../../src/cli/host.js';
import { UdpPort } from '../../src/core/udp-port.js';
import { trackerCreator } from '../../src/tracker/create-trackers.js';
import { MemoryHttpClient, SeededRandom, SilentLogger, VirtualNetwork } from '../mocks/index.js';
import { VirtualUdpTracker } from '../tracker/virtual-udp-tracker.js';
import { MemoryHost } from './memory-host.js';

const HASH = '61'.repeat(20);
const reply = new TextEncoder().encode(
  `d5:filesd20:${'a'.repeat(20)}d8:completei1e10:downloadedi2e10:incompletei3eeee`,
);

/** A host on the virtual network: a UDP tracker at 10.0.0.9:80, and an HTTP one that is `http://t.example/announce`. */
class NetworkHost extends MemoryHost {
  readonly #random = new SeededRandom(1);
  readonly #network = new VirtualNetwork({ clock: this.clock, random: this.#random });

  override async openTrackers(): Promise<TrackerAccess> {
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

  test('fails when no tracker answers, when there is none, and for what is no link', async () => {
    expect((await run(['http://t.example/other/announce'])).outcome).toBe('no tracker answered');
    expect((await run([])).outcome).toBe('it names no tracker');
    await expect(scrape.run(new NetworkHost(), ['magnet:?x'])).rejects.toMatchObject({ code: 'failed' });
  });
});
