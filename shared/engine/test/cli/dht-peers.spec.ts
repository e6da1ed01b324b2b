import { beforeAll, describe, expect, test } from 'vitest';
import { dhtPeers } from '../../src/cli/commands/dht-peers.js';
import type { CliHost, DhtAccess } from '../../src/cli/host.js';
import { toHex } from '../../src/utils/bytes.js';
import { VirtualDht } from '../simulation/virtual-dht.js';
import { MemoryHost } from './memory-host.js';

const PORT = 5000;
const net = new VirtualDht({ seed: 3 });
const infoHash = net.random.bytes(20);
const STRANGER = toHex(net.random.bytes(20));
let announcer: string;

/** A host that is one more node of the virtual DHT. */
class DhtHost extends MemoryHost {
  override readonly clock = net.clock;
  readonly #interrupt = new AbortController();
  override readonly interrupted = this.#interrupt.signal;
  opened: Parameters<CliHost['openDht']>[0] | undefined;

  constructor(readonly network: 'joined' | 'silent' = 'joined') {
    super();
  }

  override async openDht(options: Parameters<CliHost['openDht']>[0]): Promise<DhtAccess> {
    this.opened = options;
    const node = this.network === 'joined' ? await net.start() : undefined;
    return {
      findPeers: (...search) => node?.dht.findPeers(...search),
      scrape: () => expect.fail('nobody asked for counts'),
      close: () => node && net.stop(node),
    };
  }

  interrupt(): void {
    this.#interrupt.abort();
  }
}

async function run(host: DhtHost, ...args: string[]): Promise<string> {
  const outcome = dhtPeers.run(host, args).then(
    () => 'ok',
    (error: unknown) => (error as Error).message,
  );
  return net.clock.settle(outcome);
}

describe('jstorrent dht-peers', () => {
  beforeAll(async () => {
    await net.grow(20);
    const node = await net.start();
    announcer = `${node.host.ip}:${PORT}`;
    await net.clock.settle(net.search(node, infoHash, PORT));
  });

  test('prints the peers that the DHT knows, one a line', async () => {
    const host = new DhtHost();
    expect(await run(host, toHex(infoHash))).toBe('ok');
    expect(host.written).toBe(`${announcer}\n`);
    expect(host.opened?.bootstrap.length).toBeGreaterThan(0);
    expect(host.opened?.allowLocalPeers).toBe(false);
  });

  test('prints one JSON object with --json, and starts from the nodes that are named', async () => {
    const host = new DhtHost();
    const nodes = ['--dht-bootstrap', '127.0.0.2:6881', '--dht-bootstrap', 'router.example:1', '--allow-local'];
    expect(await run(host, toHex(infoHash).toUpperCase(), ...nodes, '--json')).toBe('ok');
    expect(JSON.parse(host.written)).toEqual({ infoHash: toHex(infoHash), peers: [announcer] });
    expect(host.opened).toEqual({
      bootstrap: [
        { host: '127.0.0.2', port: 6881 },
        { host: 'router.example', port: 1 },
      ],
      allowLocalPeers: true,
    });
  });

  test('fails when nobody is found, after 30 s when no node answers', async () => {
    expect(await run(new DhtHost(), STRANGER)).toBe('the DHT knows no peer');
    const startedAt = net.clock.now();
    expect(await run(new DhtHost('silent'), STRANGER)).toBe('the DHT knows no peer');
    expect(net.clock.now() - startedAt).toBe(30_000);
  });

  test('ends at once when it is interrupted', async () => {
    const host = new DhtHost('silent');
    const outcome = run(host, STRANGER);
    await net.clock.runUntil(() => host.opened !== undefined);
    const interruptedAt = net.clock.now();
    host.interrupt();
    expect(await outcome).toBe('the DHT knows no peer');
    expect(net.clock.now()).toBe(interruptedAt);
  });

  test('refuses what is no info-hash and no node', async () => {
    const host = new DhtHost();
    expect(await run(host, 'abcd')).toBe('abcd is no info-hash (40 hex digits)');
    expect(await run(host, STRANGER, '--dht-bootstrap', 'nowhere')).toBe('nowhere is no DHT node (HOST:PORT)');
    expect(host.opened).toBeUndefined();
  });
});
