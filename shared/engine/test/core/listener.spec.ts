import { describe, expect, it } from 'vitest';
import { Listener } from '../../src/core/listener.js';
import { type BindOptions, type ISocketFactory, type ITcpServer, SocketError } from '../../src/interfaces/socket.js';
import { SeededRandom, SilentLogger, VirtualClock, VirtualNetwork } from '../mocks/index.js';

function setUp(options: { readonly wantedPort?: number } = {}) {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const host = new VirtualNetwork({ clock, random }).host('10.0.0.1');
  const ports: number[] = [];
  const tried: number[] = [];
  const world = { wantedPort: options.wantedPort ?? 0, failures: 0 };
  /** Servers of this factory that are open. */
  const open = new Set<ITcpServer>();
  const sockets: ISocketFactory = {
    createTcpSocket: () => host.createTcpSocket(),
    bindUdp: (bind) => host.bindUdp(bind),
    resolve: (...asked) => host.resolve(...asked),
    listenTcp: async (bind: BindOptions) => {
      tried.push(bind.port);
      if (world.failures-- > 0) throw new SocketError('bridge-lost', 'no helper');
      const server = await host.listenTcp(bind);
      open.add(server);
      const close = server.close.bind(server);
      server.close = () => {
        open.delete(server);
        close();
      };
      return server;
    },
  };
  const listener = new Listener({
    sockets,
    clock,
    random,
    logger: new SilentLogger(),
    wantedPort: () => world.wantedPort,
    onPort: (port) => ports.push(port),
    onHandshake: (connection) => {
      connection.close();
    },
  });
  return { clock, host, listener, ports, tried, open, world };
}

describe('Listener', () => {
  it('chooses a port of the dynamic range when none is wanted', async () => {
    const { listener, ports } = setUp();
    await listener.open();
    expect(listener.port).toBeGreaterThanOrEqual(49_152);
    expect(ports).toEqual([listener.port]);
  });

  it('takes the next port when the wanted one is busy, over the end of the range', async () => {
    const { listener, host, tried } = setUp({ wantedPort: 65_534 });
    for (const port of [65_534, 65_535]) await host.listenTcp({ port });
    await listener.open();
    expect(listener.port).toBe(49_154);
    expect(tried).toEqual([65_534, 65_535, 49_154]);
  });

  it('gives up after 20 busy ports and tries again later', async () => {
    const { listener, host, clock } = setUp({ wantedPort: 7000 });
    const busy = [];
    for (let port = 7000; port < 7020; port++) busy.push(await host.listenTcp({ port }));
    await listener.open();
    expect(listener.port).toBeUndefined();
    busy[0]?.close();
    await clock.advance(5000);
    expect(listener.port).toBe(7000);
  });

  it('hostile 51: never listens twice, however often it is asked', async () => {
    const { listener, open, clock, world } = setUp({ wantedPort: 7000 });
    await Promise.all([listener.open(), listener.open(), listener.open()]);
    expect(open.size).toBe(1);
    expect(listener.port).toBe(7000);
    world.wantedPort = 8000;
    await listener.open();
    expect([open.size, listener.port]).toEqual([1, 8000]);
    await clock.advance(60_000);
    expect([open.size, listener.port]).toEqual([1, 8000]);
  });

  it('hostile 51: listens on the same port again once a lost helper is back', async () => {
    const { listener, clock, world, open } = setUp({ wantedPort: 7000 });
    world.failures = 3;
    await listener.open();
    expect(listener.port).toBeUndefined();
    await clock.advance(4999);
    await listener.open();
    await clock.advance(5000);
    expect(listener.port).toBeUndefined();
    await clock.advance(5000);
    expect([listener.port, open.size]).toEqual([7000, 1]);
  });

  it('listens no more once it is closed, though an attempt was under way', async () => {
    const { listener, open, clock } = setUp();
    const opening = listener.open();
    listener.close();
    await opening;
    expect([listener.port, open.size, clock.pendingTimers]).toEqual([undefined, 0, 0]);
  });
});
