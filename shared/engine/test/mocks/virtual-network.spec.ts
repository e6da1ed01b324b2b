import { describe, expect, it } from 'vitest';
import type { ITcpSocket } from '../../src/interfaces/socket.js';
import { SeededRandom, VirtualClock, VirtualNetwork, type VirtualHost } from './index.js';

interface World {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly random: SeededRandom;
}

function createWorld(seed = 1): World {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  return { clock, random, network: new VirtualNetwork({ clock, random }) };
}

async function connectPair({ clock }: World, from: VirtualHost, to: VirtualHost): Promise<[ITcpSocket, ITcpSocket]> {
  const server = await clock.settle(to.listenTcp({ port: 0 }));
  const accepted = new Promise<ITcpSocket>((resolve) =>
    server.setHandlers({ onConnection: resolve, onClose: () => undefined }),
  );
  const dialled = from.createTcpSocket();
  await clock.settle(dialled.connect(to.ip, server.localEndpoint.port));
  return [dialled, await accepted];
}

/** Counts what arrives and notes when. */
function receive(clock: VirtualClock, socket: ITcpSocket): { bytes: number; readonly trace: string[] } {
  const received = { bytes: 0, trace: [] as string[] };
  socket.setHandlers({
    onData: (data) => {
      received.bytes += data.byteLength;
      received.trace.push(`${clock.now().toFixed(3)} ${data.byteLength} ${data[0] ?? -1}`);
    },
    onClose: (error) => received.trace.push(`closed ${error?.code ?? 'cleanly'}`),
  });
  return received;
}

const megabyte = 1_000_000;

describe('VirtualNetwork', () => {
  it('moves bytes at the rate of the slower end', async () => {
    const world = createWorld();
    const a = world.network.host('10.0.0.1', { uplinkBytesPerSecond: 4 * megabyte, latencyMs: 5 });
    const b = world.network.host('10.0.0.2', { downlinkBytesPerSecond: megabyte, latencyMs: 5 });
    const [sender, receiver] = await connectPair(world, a, b);
    const received = receive(world.clock, receiver);
    const start = world.clock.now();
    sender.send(new Uint8Array(2 * megabyte));
    await world.clock.runUntil(() => received.bytes === 2 * megabyte);
    expect(world.clock.now() - start).toBeGreaterThan(2000);
    expect(world.clock.now() - start).toBeLessThan(2100);
  });

  it('shares an uplink evenly between connections', async () => {
    const world = createWorld();
    const seed = world.network.host('10.0.0.1', { uplinkBytesPerSecond: megabyte });
    const others = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((ip) => world.network.host(ip));
    const received = [];
    for (const other of others) {
      const [sender, receiver] = await connectPair(world, seed, other);
      received.push(receive(world.clock, receiver));
      sender.send(new Uint8Array(megabyte));
    }
    await world.clock.advance(1500);
    for (const { bytes } of received) expect(Math.abs(bytes - megabyte / 2)).toBeLessThan(70_000);
  });

  it('delays lost TCP segments and keeps their order', async () => {
    const world = createWorld(7);
    const a = world.network.host('10.0.0.1', { uplinkBytesPerSecond: megabyte, lossRate: 0.2 });
    const [sender, receiver] = await connectPair(world, a, world.network.host('10.0.0.2'));
    const bytes: number[] = [];
    receiver.setHandlers({ onData: (data) => bytes.push(...data), onClose: () => undefined });
    const sent = world.random.bytes(200_000);
    sender.send(sent);
    await world.clock.runUntil(() => bytes.length === sent.length);
    expect(bytes).toEqual([...sent]);
    expect(world.clock.now()).toBeGreaterThan(300);
  });

  it('loses datagrams at the rate of the path', async () => {
    const world = createWorld();
    const from = await world.network.host('10.0.0.1', { lossRate: 0.25 }).bindUdp({ port: 0 });
    const to = await world.network.host('10.0.0.2').bindUdp({ port: 6881 });
    let count = 0;
    to.setHandlers({ onMessage: () => count++, onClose: () => undefined });
    for (let i = 0; i < 1000; i++) from.send(new Uint8Array(20), { host: '10.0.0.2', port: 6881 });
    await world.clock.advance(1000);
    expect(count).toBeGreaterThan(700);
    expect(count).toBeLessThan(800);
  });

  it('stalls connections over a partition and goes on when it heals', async () => {
    const world = createWorld();
    const a = world.network.host('10.0.0.1');
    const b = world.network.host('10.0.0.2');
    const [sender, receiver] = await connectPair(world, a, b);
    const received = receive(world.clock, receiver);
    world.network.partition([a], [b]);
    sender.send(new Uint8Array(1000));
    await expect(
      world.clock.settle(a.createTcpSocket().connect('10.0.0.2', 1, { timeoutMs: 5000 })),
    ).rejects.toMatchObject({ code: 'timeout' });
    expect(received.trace).toEqual([]);
    world.network.heal();
    await world.clock.runUntil(() => received.bytes === 1000);
  });

  it('resets the connections of a crashed host and keeps silent about one without power', async () => {
    const world = createWorld();
    const [a, b, c] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip) => world.network.host(ip)) as [
      VirtualHost,
      VirtualHost,
      VirtualHost,
    ];
    const [toCrashed] = await connectPair(world, a, b);
    const [toSilent] = await connectPair(world, a, c);
    const crashed = receive(world.clock, toCrashed);
    const silent = receive(world.clock, toSilent);
    b.crash();
    c.powerOff();
    await world.clock.advance(60_000);
    expect(crashed.trace).toEqual(['closed reset']);
    expect(silent.trace).toEqual([]);
  });

  it('gives the same trace for the same seed, and another for another', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const world = createWorld(seed);
      const a = world.network.host('10.0.0.1', { uplinkBytesPerSecond: megabyte, latencyMs: 20, lossRate: 0.1 });
      const b = world.network.host('10.0.0.2', { downlinkBytesPerSecond: 700_000, latencyMs: 30, lossRate: 0.1 });
      const [sender, receiver] = await connectPair(world, a, b);
      const received = receive(world.clock, receiver);
      sender.send(world.random.bytes(500_000));
      await world.clock.runUntil(() => received.bytes === 500_000);
      return received.trace;
    };
    const first = await run(42);
    expect(first.length).toBeGreaterThan(15);
    expect(await run(42)).toEqual(first);
    expect(await run(43)).not.toEqual(first);
  });

  it('carries 800 MiB between 50 hosts in a few seconds', { timeout: 30_000 }, async () => {
    const world = createWorld();
    const hosts = Array.from({ length: 50 }, (_, i) =>
      world.network.host(`10.0.1.${i}`, {
        uplinkBytesPerSecond: 2 * megabyte,
        downlinkBytesPerSecond: 2 * megabyte,
        latencyMs: 20,
      }),
    );
    const block = new Uint8Array(16 * 1024);
    const perHost = 16 * 1024 * 1024;
    const received: { bytes: number }[] = [];
    for (const [i, host] of hosts.entries()) {
      const next = hosts[(i + 1) % hosts.length];
      if (!next) throw new Error('no host');
      const [sender, receiver] = await connectPair(world, host, next);
      received.push(receive(world.clock, receiver));
      let sent = 0;
      const fill = (): void => {
        while (sent < perHost) {
          sent += block.byteLength;
          if (!sender.send(block)) return;
        }
      };
      sender.setHandlers({ onData: () => undefined, onDrain: fill, onClose: () => undefined });
      fill();
    }
    const started = performance.now();
    await world.clock.runUntil(() => received.every(({ bytes }) => bytes === perHost));
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
