import { describe, expect, it } from 'vitest';
import { UdpPort } from '../../src/core/udp-port.js';
import {
  type BindOptions,
  type ISocketFactory,
  type IUdpSocket,
  SocketError,
  type UdpSocketHandlers,
} from '../../src/interfaces/socket.js';
import { SeededRandom, SilentLogger, VirtualClock, VirtualNetwork } from '../mocks/index.js';

function setUp() {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: new SeededRandom(1) });
  const host = network.host('10.0.0.1');
  return { clock, network, host, udp: new UdpPort({ sockets: host, clock, logger: new SilentLogger() }) };
}

/** A platform whose sockets can be taken away, as by the death of the helper. */
class FragileSockets {
  readonly bound: { readonly port: number; isOpen: boolean; lose(): void }[] = [];
  isOutOfOrder = false;

  bindUdp({ port }: BindOptions): Promise<IUdpSocket> {
    if (this.isOutOfOrder) return Promise.reject(new SocketError('bridge-lost', 'there is no helper'));
    let handlers: UdpSocketHandlers | undefined;
    const socket = {
      port,
      isOpen: true,
      lose: () => {
        socket.isOpen = false;
        handlers?.onClose(new SocketError('bridge-lost', 'the helper is gone'));
      },
    };
    this.bound.push(socket);
    return Promise.resolve({
      localEndpoint: { host: '0.0.0.0', port },
      setHandlers: (given: UdpSocketHandlers) => (handlers = given),
      send: () => undefined,
      close: () => (socket.isOpen = false),
    } as unknown as IUdpSocket);
  }
}

describe('the UDP port of a client', () => {
  it('is the wanted one, or another when that is busy', async () => {
    const { clock, host, udp } = setUp();
    await clock.settle(udp.open(6881));
    expect(udp.port).toBe(6881);
    const second = new UdpPort({ sockets: host, clock, logger: new SilentLogger() });
    await clock.settle(second.open(6881));
    expect(second.port).toBeGreaterThan(0);
    expect(second.port).not.toBe(6881);
  });

  it('gives each protocol its own datagrams and drops the rest', async () => {
    const { clock, network, udp } = setUp();
    await clock.settle(udp.open(6881));
    const remote = await clock.settle(network.host('10.0.0.2').bindUdp({ port: 1000 }));
    const taken: unknown[] = [];
    const stop = udp.on('krpc', (data, from) => taken.push(['krpc', data[1], from.host]));
    udp.on('trackerReply', (data, from) => taken.push(['trackerReply', data[1], from.port]));
    const to = { host: '10.0.0.1', port: 6881 };
    const receive = async (...bytes: number[]) => {
      remote.send(Uint8Array.from(bytes), to);
      await clock.advance(0);
    };
    await receive(0x64, 1);
    await receive(0, 2);
    await receive(0x41, 3);
    await receive();
    stop();
    await receive(0x64, 4);
    expect(taken).toEqual([
      ['krpc', 1, '10.0.0.2'],
      ['trackerReply', 2, 1000],
    ]);
  });

  it('sends to a name by the family that is asked for, and loses what no address can take', async () => {
    const { clock, network } = setUp();
    const host = network.host('10.0.0.7', { secondIp: '2001:db8::7' });
    const udp = new UdpPort({ sockets: host, clock, logger: new SilentLogger() });
    expect(udp.families).toEqual([4, 6]);
    await clock.settle(udp.open(6881));
    const remote = await clock.settle(network.host('10.0.0.2', { secondIp: '2001:db8::2' }).bindUdp({ port: 1000 }));
    const received: unknown[] = [];
    remote.setHandlers({
      onMessage: (data, from) => received.push([data[0], from.host]),
      onClose: () => undefined,
    });
    network.name('both.example', ['2001:db8::2', '10.0.0.2']);
    network.name('old.example', ['10.0.0.2']);
    const send = (mark: number, name: string, family?: 4 | 6) =>
      udp.send(Uint8Array.of(mark), { host: name, port: 1000, family });
    const taken = [
      send(1, 'both.example', 4),
      send(2, 'both.example', 6),
      send(3, 'both.example'),
      send(4, 'old.example', 6),
      send(5, 'nowhere.example'),
    ];
    udp.close();
    taken.push(send(6, 'both.example'));
    await clock.advance(0);
    expect([received, taken]).toEqual([[], [true, true, true, true, true, false]]);
    const open = new UdpPort({ sockets: host, clock, logger: new SilentLogger() });
    await clock.settle(open.open(6881));
    open.send(Uint8Array.of(1), { host: 'both.example', port: 1000, family: 4 });
    open.send(Uint8Array.of(2), { host: 'both.example', port: 1000, family: 6 });
    open.send(Uint8Array.of(3), { host: 'both.example', port: 1000 });
    open.send(Uint8Array.of(4), { host: 'old.example', port: 1000, family: 6 });
    await clock.advance(0);
    expect(received).toEqual([
      [1, '10.0.0.7'],
      [2, '2001:db8::7'],
      [3, '2001:db8::7'],
    ]);
  });

  it('knows when the machine has no IPv6', async () => {
    const { clock, udp } = setUp();
    await clock.settle(udp.open(6881));
    expect(udp.families).toEqual([4]);
  });

  it('says whether it took a datagram', async () => {
    const { clock, network, udp } = setUp();
    const remote = await clock.settle(network.host('10.0.0.2').bindUdp({ port: 1000 }));
    const received: unknown[] = [];
    remote.setHandlers({
      onMessage: (data, from) => received.push([...data, from.port]),
      onClose: () => undefined,
    });
    const to = { host: '10.0.0.2', port: 1000 };
    expect(udp.send(Uint8Array.of(1), to)).toBe(false);
    await clock.settle(udp.open(6881));
    expect(udp.send(Uint8Array.of(2), to)).toBe(true);
    await clock.advance(0);
    expect(received).toEqual([[2, 6881]]);
    udp.close();
    expect(udp.send(Uint8Array.of(3), to)).toBe(false);
  });

  it('hostile 51: comes back by itself when it is lost, and is never bound twice', async () => {
    const clock = new VirtualClock();
    const sockets = new FragileSockets();
    const udp = new UdpPort({ sockets: sockets as unknown as ISocketFactory, clock, logger: new SilentLogger() });
    await Promise.all([udp.open(1), udp.open(2)]);
    expect(sockets.bound.map(({ port, isOpen }) => [port, isOpen])).toEqual([
      [1, false],
      [2, true],
    ]);
    sockets.isOutOfOrder = true;
    sockets.bound[1]?.lose();
    expect(udp.port).toBeUndefined();
    await clock.advance(12_000);
    expect(udp.port).toBeUndefined();
    sockets.isOutOfOrder = false;
    await clock.advance(5_000);
    expect(udp.port).toBe(2);
    expect(sockets.bound.filter(({ isOpen }) => isOpen)).toHaveLength(1);
  });

  it('once closed leaves no socket and no timer, whatever was under way', async () => {
    const clock = new VirtualClock();
    const sockets = new FragileSockets();
    const udp = new UdpPort({ sockets: sockets as unknown as ISocketFactory, clock, logger: new SilentLogger() });
    let closings = 0;
    udp.on('closed', () => closings++);
    const opening = udp.open(1);
    udp.close();
    udp.close();
    await opening;
    await udp.open(2);
    expect(closings).toBe(1);
    expect(udp.port).toBeUndefined();
    expect(sockets.bound.filter(({ isOpen }) => isOpen)).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
