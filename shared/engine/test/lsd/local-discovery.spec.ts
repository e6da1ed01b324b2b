import { describe, expect, it } from 'vitest';
import type { PeerDiscovery } from '../../src/core/peer-discovery.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import {
  SocketError,
  type BindOptions,
  type BindUdpOptions,
  type Endpoint,
  type ISocketFactory,
  type IUdpSocket,
  type UdpSocketHandlers,
} from '../../src/interfaces/socket.js';
import { localDiscovery } from '../../src/lsd/local-discovery.js';
import {
  encodeLocalAnnounce,
  LSD_GROUP_IPV4,
  LSD_GROUP_IPV6,
  LSD_PORT,
  parseLocalAnnounce,
} from '../../src/protocol/lsd.js';
import { toHex } from '../../src/utils/bytes.js';
import { SeededRandom } from '../mocks/seeded-random.js';
import { SilentLogger } from '../mocks/silent-logger.js';
import { VirtualClock } from '../mocks/virtual-clock.js';
import { VirtualNetwork } from '../mocks/virtual-network.js';

const MINUTE = 60_000;
const hash = (number: number) => new Uint8Array(20).fill(number);

function lan() {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: new SeededRandom(1) });
  const discovery = (
    sockets: ISocketFactory,
    options: { port?: number; allowLocalPeers?: boolean; seed?: number } = {},
  ) =>
    localDiscovery({ sockets, clock, random: new SeededRandom(options.seed ?? 2), logger: new SilentLogger() })({
      listenPort: () => options.port ?? 6881,
      settings: () => ({ ...DEFAULT_SETTINGS, allowLocalPeers: options.allowLocalPeers ?? false }),
    });
  /** Joins the LAN and notes what is announced there, with the time. */
  const listen = async (ip: string) => {
    const group = ip.includes(':') ? LSD_GROUP_IPV6 : LSD_GROUP_IPV4;
    const socket = await clock.settle(network.host(ip).bindUdp({ port: LSD_PORT, multicastGroup: group }));
    const heard: { readonly at: number; readonly port: number; readonly hashes: readonly string[] }[] = [];
    socket.setHandlers({
      onMessage: (data) => {
        const announce = parseLocalAnnounce(data);
        if (announce) heard.push({ at: clock.now(), port: announce.port, hashes: announce.infoHashes.map(toHex) });
      },
      onClose: () => undefined,
    });
    return { socket, heard };
  };
  return { clock, network, discovery, listen };
}

function seek(discovery: PeerDiscovery, number: number) {
  const found: Endpoint[] = [];
  const searching = discovery.seek({
    infoHash: hash(number),
    isComplete: () => false,
    isSeed: () => false,
    onPeer: (endpoint) => found.push(endpoint),
  });
  return { found, stop: () => searching.end(), lookNow: () => searching.lookNow() };
}

const say = (socket: IUdpSocket, announce: Parameters<typeof encodeLocalAnnounce>[0]) => {
  socket.send(encodeLocalAnnounce(announce, LSD_GROUP_IPV4), { host: LSD_GROUP_IPV4, port: LSD_PORT });
};

describe('local discovery (BEP 14)', () => {
  it.each([
    ['IPv4', '192.168.1.1', '192.168.1.2'],
    ['IPv6', 'fd00::1', 'fd00::2'],
  ])('two clients with the same torrent find each other within seconds over %s', async (_, ipA, ipB) => {
    const { clock, network, discovery } = lan();
    const a = seek(discovery(network.host(ipA), { port: 1001, seed: 3 }), 7);
    const other = seek(discovery(network.host(ipB), { port: 1002, seed: 4 }), 7);
    await clock.advance(3000);
    expect(a.found).toEqual([{ host: ipB, port: 1002 }]);
    expect(other.found).toEqual([{ host: ipA, port: 1001 }]);
  });

  it('does not find itself, nor peers of another torrent', async () => {
    const { clock, network, discovery } = lan();
    const a = seek(discovery(network.host('192.168.1.1'), { seed: 3 }), 7);
    const other = seek(discovery(network.host('192.168.1.2'), { seed: 4 }), 8);
    await clock.advance(10 * MINUTE);
    expect([a.found, other.found]).toEqual([[], []]);
  });

  it('torrents that start together share an announce, and each is repeated every five minutes', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard } = await listen('192.168.1.9');
    const subject = discovery(network.host('192.168.1.1'));
    for (let number = 1; number <= 3; number++) seek(subject, number);
    await clock.advance(11 * MINUTE);
    expect(heard.map(({ hashes }) => hashes.length)).toEqual([3, 3, 3]);
    expect((heard[1]?.at ?? 0) - (heard[0]?.at ?? 0)).toBe(5 * MINUTE);
  });

  it('sends one announce a minute at most, and with many torrents goes round', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard } = await listen('192.168.1.9');
    const subject = discovery(network.host('192.168.1.1'));
    for (let number = 1; number <= 60; number++) seek(subject, number);
    await clock.advance(5 * MINUTE);
    expect(heard.map(({ hashes }) => hashes.length)).toEqual([24, 24, 12]);
    expect(new Set(heard.flatMap(({ hashes }) => hashes)).size).toBe(60);
    for (const [index, { at }] of heard.slice(1).entries()) expect(at - (heard[index]?.at ?? 0)).toBe(MINUTE);
  });

  it('is silent when no torrent is sought any more, and holds no port then', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard, socket } = await listen('192.168.1.9');
    const subject = discovery(network.host('192.168.1.1'));
    const { stop, found } = seek(subject, 7);
    await clock.advance(2000);
    stop();
    stop();
    say(socket, { port: 5, infoHashes: [hash(7)], cookie: undefined });
    await clock.advance(10 * MINUTE);
    expect(heard.map(({ port }) => port)).toEqual([6881, 5]);
    expect(found).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes only neighbours, and this machine only where local peers are allowed', async () => {
    const { clock, network, discovery, listen } = lan();
    const speakers = [await listen('50.0.0.1'), await listen('127.0.0.1'), await listen('10.0.0.9')];
    const strict = seek(discovery(network.host('192.168.1.1')), 7);
    const loose = seek(discovery(network.host('192.168.1.2'), { allowLocalPeers: true, seed: 9 }), 8);
    await clock.advance(100);
    for (const { socket } of speakers) say(socket, { port: 5, infoHashes: [hash(7), hash(8)], cookie: 'x' });
    await clock.advance(100);
    expect(strict.found).toEqual([{ host: '10.0.0.9', port: 5 }]);
    expect(loose.found).toEqual([
      { host: '127.0.0.1', port: 5 },
      { host: '10.0.0.9', port: 5 },
    ]);
  });

  it.each([
    ['a global IPv6 address', '2001:db8:7::5', true],
    ['a public IPv4 address', '50.0.0.1', false],
  ])('of who sends from %s it hears over IPv6 only', async (_, ip, isHeard) => {
    const { clock, network, discovery, listen } = lan();
    const group = ip.includes(':') ? LSD_GROUP_IPV6 : LSD_GROUP_IPV4;
    const { socket } = await listen(ip);
    const { found } = seek(discovery(network.host(ip.includes(':') ? '2001:db8:7::6' : '192.168.1.1')), 7);
    await clock.advance(100);
    const announce = encodeLocalAnnounce({ port: 5, infoHashes: [hash(7)], cookie: 'x' }, group);
    socket.send(announce, { host: group, port: LSD_PORT });
    await clock.advance(100);
    expect(found).toEqual(isHeard ? [{ host: ip, port: 5 }] : []);
  });

  it('announces as soon as it may when it is asked to', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard } = await listen('192.168.1.9');
    const { lookNow, stop } = seek(discovery(network.host('192.168.1.1')), 7);
    await clock.advance(2000);
    for (let clicks = 0; clicks < 10; clicks++) lookNow();
    await clock.advance(2 * MINUTE);
    expect(heard).toHaveLength(2);
    expect((heard[1]?.at ?? 0) - (heard[0]?.at ?? 0)).toBe(MINUTE);
    lookNow();
    await clock.advance(0);
    expect(heard).toHaveLength(2 + 1);
    stop();
    lookNow();
    await clock.advance(10 * MINUTE);
    expect([heard.length, clock.pendingTimers]).toEqual([3, 0]);
  });

  it('hostile 52: joins anew and announces to its neighbours once the network is back', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard } = await listen('192.168.1.9');
    const sockets = network.host('192.168.1.1');
    let joined = 0;
    const counting: ISocketFactory = {
      createTcpSocket: () => sockets.createTcpSocket(),
      listenTcp: (options) => sockets.listenTcp(options),
      bindUdp: (options) => {
        if (options.multicastGroup === LSD_GROUP_IPV4) joined++;
        return sockets.bindUdp(options);
      },
      resolve: (...asked) => sockets.resolve(...asked),
    };
    const local = discovery(counting);
    local.networkIsBack?.();
    expect(joined).toBe(0);
    seek(local, 7);
    await clock.advance(2 * MINUTE);
    expect([joined, heard.length]).toEqual([1, 1]);
    local.networkIsBack?.();
    await clock.advance(2000);
    expect([joined, heard.length]).toEqual([2, 2]);
    local.close();
    local.networkIsBack?.();
    await clock.advance(10 * MINUTE);
    expect([joined, heard.length]).toEqual([2, 2]);
  });

  it('joins again a minute after its sockets were lost, and as often as it takes', async () => {
    const { clock, network, discovery, listen } = lan();
    const { heard } = await listen('192.168.1.9');
    const sockets = new LosableSockets(network.host('192.168.1.1'));
    seek(discovery(sockets), 7);
    await clock.advance(2000);
    expect(heard).toHaveLength(1);
    sockets.lose();
    await clock.advance(10 * MINUTE);
    expect(heard).toHaveLength(1);
    sockets.areThere = true;
    await clock.advance(2 * MINUTE);
    expect(heard).toHaveLength(2);
  });
});

/** Sockets that can all vanish at once, as those of a helper do. */
class LosableSockets implements ISocketFactory {
  areThere = true;
  readonly #factory: ISocketFactory;
  readonly #bound = new Map<IUdpSocket, UdpSocketHandlers>();

  constructor(factory: ISocketFactory) {
    this.#factory = factory;
  }

  createTcpSocket() {
    return this.#factory.createTcpSocket();
  }

  listenTcp(options: BindOptions) {
    return this.#factory.listenTcp(options);
  }

  resolve(...asked: Parameters<ISocketFactory['resolve']>) {
    return this.#factory.resolve(...asked);
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    if (!this.areThere) throw new SocketError('bridge-lost', 'there is no helper');
    const socket = await this.#factory.bindUdp(options);
    return {
      localEndpoint: socket.localEndpoint,
      setHandlers: (handlers) => {
        this.#bound.set(socket, handlers);
        socket.setHandlers(handlers);
      },
      send: (data, to) => {
        socket.send(data, to);
      },
      close: () => {
        socket.close();
      },
    };
  }

  lose(): void {
    this.areThere = false;
    for (const [socket, handlers] of this.#bound) {
      socket.close();
      handlers.onClose(new SocketError('bridge-lost', 'the helper is gone'));
    }
  }
}
