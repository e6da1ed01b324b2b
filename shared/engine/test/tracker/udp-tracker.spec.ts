import { describe, expect, it } from 'vitest';
import { UdpPort } from '../../src/core/udp-port.js';
import { type Endpoint, SocketError } from '../../src/interfaces/socket.js';
import type { ITracker, TrackerError } from '../../src/interfaces/tracker.js';
import { trackerCreator } from '../../src/tracker/create-trackers.js';
import { parseUdpTrackerUrl } from '../../src/tracker/udp-tracker.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';
import { MemoryHttpClient, SeededRandom, SilentLogger, VirtualClock, VirtualNetwork } from '../mocks/index.js';
import { errorReply, VirtualUdpTracker, words } from './virtual-udp-tracker.js';

const SECOND = 1000;
const PORT = 6969;
const URL = `udp://10.0.0.9:${PORT}/announce`;

const compact = (...peers: Endpoint[]) => concatBytes(peers.map((peer) => encodeCompactPeer(peer) ?? new Uint8Array()));

const OWN = ['10.0.0.1', '2001:db8::1'] as const;
const REMOTE = ['10.0.0.9', '2001:db8::9'] as const;
const NAMED = `udp://tracker.example:${PORT}/announce`;

async function setUp(
  options: {
    readonly ipv6?: boolean;
    readonly both?: boolean;
    readonly lossRate?: number;
    readonly seed?: number;
  } = {},
) {
  const clock = new VirtualClock();
  const random = new SeededRandom(options.seed ?? 1);
  const network = new VirtualNetwork({ clock, random });
  const order = (ips: readonly [string, string]) => (options.ipv6 ? [ips[1], ips[0]] : ips) as [string, string];
  const hostAt = (ips: readonly [string, string], more = {}) =>
    network.host(order(ips)[0], { ...more, ...(options.both && { secondIp: order(ips)[1] }) });
  const host = hostAt(OWN, { lossRate: options.lossRate ?? 0 });
  const trackerHost = hostAt(REMOTE);
  network.name('tracker.example', trackerHost.ips);
  const server = await VirtualUdpTracker.start(trackerHost, { clock, random, port: PORT });
  const udp = new UdpPort({ sockets: host, clock, logger: new SilentLogger() });
  await clock.settle(udp.open(6881));
  const http = new MemoryHttpClient({ clock, handler: () => ({ status: 404, body: new Uint8Array() }) });
  const create = trackerCreator({ http, clock, random }, udp);
  const make = (url = options.ipv6 ? `udp://[2001:db8::9]:${PORT}` : URL, infoHashByte = 0xaa): ITracker => {
    const tracker = create(url, {
      infoHash: new Uint8Array(20).fill(infoHashByte),
      peerId: new Uint8Array(20).fill(0xbb),
      userAgent: 'JSTorrent/0.1.0',
      port: () => 6881,
      stats: () => ({ uploaded: 1, downloaded: 2, left: 3 }),
      key: 0x12345678,
    });
    if (!tracker) throw new Error(`no tracker at ${url}`);
    return tracker;
  };
  const outcome = async (promise: Promise<unknown>) => {
    const failed = (error: unknown) => `${(error as TrackerError).code}: ${(error as TrackerError).message}`;
    return clock.settle(promise.then(() => 'ok', failed));
  };
  return { clock, random, network, host, trackerHost, server, udp, make, outcome };
}

describe('an announce by UDP', () => {
  it('connects, says what BEP 15 asks for, and gives what the tracker answers', async () => {
    const { clock, server, make } = await setUp();
    const peers = [
      { host: '192.0.2.1', port: 6881 },
      { host: '192.0.2.2', port: 1 },
    ];
    server.peers = compact(...peers);
    const tracker = make();
    const found: Endpoint[] = [];
    tracker.on('peer', (peer) => found.push(peer));
    expect(await clock.settle(tracker.announce('started'))).toEqual({
      intervalSeconds: 1800,
      minIntervalSeconds: 0,
      seeds: 3,
      leechers: 4,
      downloads: undefined,
      peerCount: 2,
      warning: undefined,
      externalAddresses: [],
    });
    expect(found).toEqual(peers);
    const { bytes, from } = server.requests[1] ?? { bytes: new Uint8Array(), from: undefined };
    expect(from).toEqual({ host: '10.0.0.1', port: 6881 });
    const view = new DataView(bytes.buffer);
    expect(bytes.subarray(16, 36)).toEqual(new Uint8Array(20).fill(0xaa));
    expect(bytes.subarray(36, 56)).toEqual(new Uint8Array(20).fill(0xbb));
    expect([56, 64, 72].map((offset) => view.getBigUint64(offset))).toEqual([2n, 3n, 1n]);
    expect([80, 84, 88, 92].map((offset) => view.getUint32(offset))).toEqual([2, 0, 0x12345678, 200]);
    expect(view.getUint16(96)).toBe(6881);
    expect(new TextDecoder().decode(bytes.subarray(98))).toBe('\u0002\u0009/announce');
  });

  it('wants no peers when it stops', async () => {
    const { clock, server, make } = await setUp();
    await clock.settle(make().announce('stopped'));
    expect(server.requests[1]?.body.getInt32(92 - 12)).toBe(0);
  });

  it('has the stop announce ready but for the ids, for where the tracker answered last', async () => {
    const { clock, server, make } = await setUp();
    const tracker = make(NAMED);
    expect(tracker.stopAnnounces()).toMatchObject([{ url: NAMED, family: 4 }]);
    await clock.settle(tracker.announce('started'));
    const [ready] = tracker.stopAnnounces();
    expect(ready?.url).toBe(`udp://10.0.0.9:${PORT}/announce`);
    await clock.settle(tracker.announce('stopped'));
    const said = server.requests.at(-1)?.bytes.slice() ?? new Uint8Array();
    said.fill(0, 0, 8).fill(0, 12, 16);
    expect(ready?.datagram).toEqual(said);
    const keys = [make(), make(), make(URL, 0xcc), make(`${URL}?b`)].map((one) => one.stopAnnounces()[0]?.key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
    expect(make(`${URL}?passkey=b`).stopAnnounces()[0]?.url).toBe(URL);
    const { make: makeIpv6 } = await setUp({ ipv6: true });
    expect(makeIpv6().stopAnnounces()[0]?.url).toBe(`udp://[2001:db8::9]:${PORT}`);
  });

  it('reads peers of 18 bytes when the tracker answered over IPv6', async () => {
    const { clock, server, make } = await setUp({ ipv6: true });
    server.peers6 = compact({ host: '2001:db8::7', port: 6881 });
    const tracker = make();
    const found: Endpoint[] = [];
    tracker.on('peer', (peer) => found.push(peer));
    await clock.settle(tracker.announce('started'));
    expect(found).toEqual([{ host: '2001:db8::7', port: 6881 }]);
  });

  it('goes on with the address that a name resolved to, until the id is too old', async () => {
    const { clock, random, network, server, make } = await setUp();
    const other = await VirtualUdpTracker.start(network.host('10.0.0.8'), { clock, random, port: PORT });
    const tracker = make(NAMED);
    await clock.settle(tracker.announce('started'));
    network.name('tracker.example', ['10.0.0.8']);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual(['connect', 'announce', 'announce']);
    await clock.advance(61 * SECOND);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual([]);
    expect(other.taken()).toEqual(['connect', 'announce']);
  });

  it('goes on to the next address of a name that does not answer, and begins there the next time', async () => {
    const { clock, network, server, make } = await setUp();
    network.name('tracker.example', ['10.66.66.66', '10.0.0.9']);
    const tracker = make(NAMED);
    await clock.settle(tracker.announce('started'));
    expect(clock.now()).toBe(15 * SECOND);
    expect(server.taken()).toEqual(['connect', 'announce']);
    expect(tracker.stopAnnounces()[0]?.url).toBe(`udp://10.0.0.9:${PORT}/announce`);
    await clock.advance(30 * 60 * SECOND);
    const before = clock.now();
    await clock.settle(tracker.announce('update'));
    expect(clock.now()).toBe(before);
    expect(server.taken()).toEqual(['connect', 'announce']);
  });

  it('comes to every address of a name in time, two with each attempt', async () => {
    const { clock, network, server, make, outcome } = await setUp();
    const dead = Array.from({ length: 4 }, (_, index) => `10.66.66.${index}`);
    network.name('tracker.example', [...dead, '10.0.0.9']);
    const tracker = make(NAMED);
    for (let attempt = 1; attempt <= 2; attempt++)
      expect(await outcome(tracker.announce('started'))).toBe('timeout: The tracker does not answer');
    expect(await outcome(tracker.announce('started'))).toBe('ok');
    expect(clock.now()).toBe(2 * 45 * SECOND);
    await clock.advance(61 * SECOND);
    expect(await outcome(tracker.announce('update'))).toBe('ok');
    expect(clock.now()).toBe((2 * 45 + 61) * SECOND);
    expect(server.taken()).toEqual(['connect', 'announce', 'connect', 'announce']);
  });

  it('scrapes by the same connection', async () => {
    const { clock, server, make } = await setUp();
    const tracker = make();
    await clock.settle(tracker.announce('started'));
    expect(await clock.settle(tracker.scrape())).toEqual({ seeds: 3, leechers: 4, downloads: 5 });
    expect(server.taken()).toEqual(['connect', 'announce', 'scrape']);
    expect(server.requests).toHaveLength(0);
  });
});

describe('the connection id', () => {
  it('is asked for once for all torrents that announce at the same time or within its life', async () => {
    const { clock, server, make } = await setUp();
    const trackers = [1, 2, 3].map((hash) => make(URL, hash));
    await clock.settle(Promise.all(trackers.map((tracker) => tracker.announce('started'))));
    await clock.settle(make(`udp://10.0.0.9:${PORT}/announce?other`, 4).announce('started'));
    expect(server.taken()).toEqual(['connect', 'announce', 'announce', 'announce', 'announce']);
  });

  it('hostile 32: is renewed after 60 s, and in time for a retransmission', async () => {
    const { clock, server, make } = await setUp();
    const tracker = make();
    await clock.settle(tracker.announce('started'));
    await clock.advance(44 * SECOND);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual(['connect', 'announce', 'announce']);
    await clock.advance(SECOND);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual(['connect', 'announce']);
    await clock.advance(61 * SECOND);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual(['connect', 'announce']);
  });

  it('is renewed once when the tracker does not know it any more', async () => {
    const { clock, server, make, outcome } = await setUp();
    const tracker = make();
    await clock.settle(tracker.announce('started'));
    server.forgetConnections();
    expect(await outcome(tracker.announce('update'))).toBe('ok');
    expect(server.taken()).toEqual(['connect', 'announce', 'announce', 'connect', 'announce']);
  });

  it('is not renewed when the tracker refuses a fresh one', async () => {
    const { server, make, outcome } = await setUp();
    server.interfere = ({ action, body }, reply) => {
      if (action === 'connect') return undefined;
      reply(errorReply(body.getUint32(0), 'unregistered torrent'));
      return 'ignore';
    };
    expect(await outcome(make().announce('started'))).toBe('failure-reason: unregistered torrent');
    expect(server.taken()).toEqual(['connect', 'announce']);
  });
});

describe('lost datagrams', () => {
  it('are sent again after 15 s', async () => {
    const { clock, server, make, outcome } = await setUp();
    let count = 0;
    server.interfere = () => (++count % 2 === 1 ? 'ignore' : undefined);
    expect(await outcome(make().announce('started'))).toBe('ok');
    expect(server.requests.map(({ action, at }) => [action, at / SECOND])).toEqual([
      ['connect', 0],
      ['connect', 15],
      ['announce', 15],
      ['announce', 30],
    ]);
    expect(clock.now()).toBe(30 * SECOND);
    expect(clock.pendingTimers).toBe(0);
  });

  it('twice end the attempt after 15 + 30 s, so that the next tracker has its turn', async () => {
    const { clock, server, make, outcome } = await setUp();
    server.interfere = () => 'ignore';
    expect(await outcome(make().announce('started'))).toBe('timeout: The tracker does not answer');
    expect(clock.now()).toBe(45 * SECOND);
    expect(server.taken()).toEqual(['connect', 'connect']);
  });

  it('at 20 % hinder few announces', async () => {
    let failures = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { make, outcome } = await setUp({ lossRate: 0.2, seed });
      if ((await outcome(make().announce('started'))) !== 'ok') failures++;
    }
    // Both tries of connect or announce lose a way: 2 x (1 - 0.8^2)^2 = 26 %.
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(40);
  });
});

describe('replies that are not to be trusted', () => {
  it('hostile 32: of another transaction are ignored', async () => {
    const { clock, server, make, outcome } = await setUp();
    server.interfere = ({ body }, reply) => {
      reply(errorReply(body.getUint32(0) ^ 1, 'forged'));
      return undefined;
    };
    expect(await outcome(make().announce('started'))).toBe('ok');
    expect(clock.now()).toBe(0);
  });

  it('hostile 32: from another port or another address are ignored', async () => {
    const { clock, network, trackerHost, server, make, outcome } = await setUp();
    const otherPort = await clock.settle(trackerHost.bindUdp({ port: 1234 }));
    const otherHost = await clock.settle(network.host('10.0.0.66').bindUdp({ port: PORT }));
    server.interfere = ({ body, from }) => {
      for (const socket of [otherPort, otherHost]) socket.send(errorReply(body.getUint32(0), 'forged'), from);
      return undefined;
    };
    expect(await outcome(make().announce('started'))).toBe('ok');
    expect(await outcome(make(NAMED).announce('started'))).toBe('ok');
  });

  it('hostile 32: of 8 bytes are a bad response', async () => {
    const { server, make, outcome } = await setUp();
    server.interfere = ({ action, body }, reply) => {
      reply(words([action === 'connect' ? 0 : 1, body.getInt32(0)]));
      return 'ignore';
    };
    expect(await outcome(make().announce('started'))).toBe('bad-response: The reply is not that of a tracker');
  });

  it('hostile 32: of another action are a bad response', async () => {
    const { server, make, outcome } = await setUp();
    server.interfere = ({ body }, reply) => {
      reply(words([2, body.getInt32(0), 1, 1, 1]));
      return 'ignore';
    };
    expect(await outcome(make().announce('started'))).toBe(
      'bad-response: The tracker answered scrape when asked to connect',
    );
  });

  it('hostile 32: of action 3 are shown as the error of the tracker, cut to size', async () => {
    const { server, make, outcome } = await setUp();
    server.interfere = ({ body }, reply) => {
      reply(errorReply(body.getUint32(0), 'go away '.repeat(1000)));
      return 'ignore';
    };
    const shown = await outcome(make().announce('started'));
    expect(shown).toMatch(/^failure-reason: go away go away /);
    expect(shown).toHaveLength(500 + 'failure-reason: '.length);
  });

  it.each([
    [-1, 300],
    [0, 300],
    [2 ** 31 - 1, 86_400],
  ])('hostile 31: an interval of %d s becomes %d s', async (interval, expected) => {
    const { clock, server, make } = await setUp();
    server.intervalSeconds = interval;
    server.seeds = -1;
    server.peers = Uint8Array.of(192, 0, 2, 1, 0x1a, 0xe1, 192);
    expect(await clock.settle(make().announce('started'))).toMatchObject({
      intervalSeconds: expected,
      seeds: undefined,
      peerCount: 1,
    });
  });

  it('hostile 31: of a flood of peers the first 1000 count', async () => {
    const { clock, server, make } = await setUp();
    server.peers = compact(...Array.from({ length: 5000 }, (_, index) => ({ host: '192.0.2.1', port: index + 1 })));
    expect(await clock.settle(make().announce('started'))).toMatchObject({ peerCount: 1000 });
  });
});

describe('a tracker whose name has addresses of both families', () => {
  const ipv4 = { host: '192.0.2.1', port: 6881 };
  const ipv6 = { host: '2001:db8::7', port: 6881 };
  const bothFamilies = async () => {
    const world = await setUp({ both: true });
    world.server.peers = compact(ipv4);
    world.server.peers6 = compact(ipv6);
    const tracker = world.make(NAMED);
    const found: Endpoint[] = [];
    tracker.on('peer', (peer) => found.push(peer));
    const heardFrom = () => world.server.requests.splice(0).map(({ action, from }) => `${action} ${from.host}`);
    return { ...world, tracker, found, heardFrom };
  };
  /** What is sent to an address of that family is lost. */
  const silence = (server: VirtualUdpTracker, isSilent: (host: string) => boolean) => {
    server.interfere = ({ from }) => (isSilent(from.host) ? 'ignore' : undefined);
  };

  it('hears of us by each, and what it says to both is one result', async () => {
    const { clock, tracker, found, heardFrom } = await bothFamilies();
    expect(await clock.settle(tracker.announce('started'))).toMatchObject({ peerCount: 2, seeds: 3, leechers: 4 });
    expect(found).toEqual([ipv4, ipv6]);
    expect(heardFrom().sort()).toEqual([
      'announce 10.0.0.1',
      'announce 2001:db8::1',
      'connect 10.0.0.1',
      'connect 2001:db8::1',
    ]);
    expect(clock.now()).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is scraped by each, and the larger swarm counts', async () => {
    const { clock, server, tracker, heardFrom } = await bothFamilies();
    server.interfere = ({ action, from, body }, reply) => {
      if (action !== 'scrape' || !from.host.includes(':')) return undefined;
      reply(words([2, body.getInt32(0), 30, 1, 1]));
      return 'ignore';
    };
    expect(await clock.settle(tracker.scrape())).toEqual({ seeds: 30, leechers: 4, downloads: 5 });
    expect(heardFrom().filter((line) => line.startsWith('scrape'))).toEqual(['scrape 10.0.0.1', 'scrape 2001:db8::1']);
  });

  it.each([
    ['IPv6', (host: string) => host.includes(':'), ipv4],
    ['IPv4', (host: string) => !host.includes(':'), ipv6],
  ] as const)('works while its %s address is dead, and waits for that a few seconds once', async (_, isDead, peer) => {
    const { clock, server, tracker, found, make } = await bothFamilies();
    silence(server, isDead);
    expect(await clock.settle(tracker.announce('started'))).toMatchObject({ peerCount: 1 });
    expect(clock.now()).toBe(3 * SECOND);
    expect(found).toEqual([peer]);
    expect(await clock.settle(tracker.announce('completed'))).toMatchObject({ peerCount: 1 });
    expect(clock.now()).toBe(3 * SECOND);
    // The dead one is given up in its own time, and then left alone for a while, by other torrents too.
    await clock.advance(45 * SECOND);
    expect(clock.pendingTimers).toBe(0);
    server.taken();
    const before = clock.now();
    await clock.settle(make(NAMED, 0xcc).announce('started'));
    expect(clock.now()).toBe(before);
    expect(server.requests.filter(({ from }) => isDead(from.host))).toEqual([]);
    expect(tracker.stopAnnounces()).toHaveLength(1);
    await clock.advance(10 * 60 * SECOND);
    silence(server, () => false);
    expect(await clock.settle(tracker.announce('update'))).toMatchObject({ peerCount: 2 });
  });

  it('hears of us by a family that was slow: its peers come when they come', async () => {
    const { clock, server, tracker, found, make } = await bothFamilies();
    let isLost = true;
    server.interfere = ({ from }) => {
      if (!isLost || !from.host.includes(':')) return undefined;
      isLost = false;
      return 'ignore';
    };
    await clock.settle(tracker.announce('started'));
    expect(found).toEqual([ipv4]);
    await clock.advance(15 * SECOND);
    expect(found).toEqual([ipv4, ipv6]);
    expect(await clock.settle(make(NAMED, 0xcc).announce('started'))).toMatchObject({ peerCount: 2 });
  });

  it('tries the dead family again when the other one dies', async () => {
    const { clock, server, tracker, outcome } = await bothFamilies();
    silence(server, (host) => host.includes(':'));
    await clock.settle(tracker.announce('started'));
    await clock.advance(45 * SECOND);
    silence(server, (host) => !host.includes(':'));
    expect(await outcome(tracker.announce('update'))).toBe('timeout: The tracker does not answer');
    expect(await clock.settle(tracker.announce('update'))).toMatchObject({ peerCount: 1 });
  });

  it('keeps a connection id for each family, and stops are ready for each', async () => {
    const { clock, server, tracker, heardFrom } = await bothFamilies();
    await clock.settle(tracker.announce('started'));
    heardFrom();
    await clock.settle(tracker.announce('update'));
    expect(heardFrom()).toEqual(['announce 10.0.0.1', 'announce 2001:db8::1']);
    const ready = tracker.stopAnnounces();
    expect(ready.map(({ url, family }) => [url, family])).toEqual([
      [`udp://10.0.0.9:${PORT}/announce`, 4],
      [`udp://[2001:db8::9]:${PORT}/announce`, 6],
    ]);
    expect(new Set(ready.map(({ key }) => key)).size).toBe(2);
    await clock.settle(tracker.announce('stopped'));
    expect(server.taken()).toEqual(['announce', 'announce']);
  });

  it('shows its own refusal rather than the silence of the other family, which it does not wait out', async () => {
    const { clock, server, tracker, outcome } = await bothFamilies();
    server.interfere = ({ from, body }, reply) => {
      if (!from.host.includes(':')) reply(errorReply(body.getUint32(0), 'unregistered torrent'));
      return 'ignore';
    };
    expect(await outcome(tracker.announce('started'))).toBe('failure-reason: unregistered torrent');
    expect(clock.now()).toBe(3 * SECOND);
    expect(await outcome(tracker.announce('started'))).toBe('failure-reason: unregistered torrent');
    expect(clock.now()).toBe(3 * SECOND);
  });

  it('is asked by IPv4 alone where the machine has no IPv6', async () => {
    const { clock, network, server, make } = await setUp();
    network.name('tracker.example', REMOTE);
    expect(await clock.settle(make(NAMED).announce('started'))).toMatchObject({ peerCount: 0 });
    expect(clock.now()).toBe(0);
    expect(server.taken()).toEqual(['connect', 'announce']);
  });

  it('that does not exist fails at once, and so does one that may not be asked', async () => {
    const { clock, make, outcome } = await setUp({ both: true });
    expect(await outcome(make('udp://nowhere.example:80').announce('started'))).toBe(
      'no-name: The name of the tracker was not found',
    );
    expect(clock.now()).toBe(0);
  });
});

describe('hostile 33: where a UDP tracker may stand', () => {
  const FORBIDDEN =
    'forbidden: Its address belongs to this computer or its network, where only announce paths are asked';

  it.each([
    ['udp://10.0.0.9:6969/announce', true],
    ['udp://10.0.0.9:6969/announce?passkey=a', true],
    ['udp://10.0.0.9:6969/a1b2/announce', true],
    ['udp://10.0.0.9:6969', false],
    ['udp://10.0.0.9:6969/', false],
    ['udp://10.0.0.9:6969/admin?/announce', false],
    ['udp://10.0.0.9:6969/../announce', false],
    ['udp://tracker.example:6969/announce', true],
    ['udp://tracker.example:6969/x/y/announce', false],
  ])('is asked with what %s says of itself: announce path %s', async (url, isAnnounce) => {
    const { clock, udp, host, make } = await setUp();
    const asked: unknown[] = [];
    const resolve = host.resolve.bind(host);
    host.resolve = (...args) => {
      asked.push(args[1].isAnnounce);
      return resolve(...args);
    };
    await clock.settle(make(url).announce('started'));
    expect(asked).toEqual([isAnnounce]);
    udp.close();
  });

  it('is the answer of the network policy, for addresses and names alike, and nothing is sent where it forbids', async () => {
    const { clock, host, server, make, outcome } = await setUp();
    host.resolve = () => Promise.reject(new SocketError('not-permitted', 'The network policy blocks it'));
    for (const url of [URL, NAMED]) {
      expect(await outcome(make(url).announce('started'))).toBe(FORBIDDEN);
      expect(await outcome(make(url).scrape())).toBe(FORBIDDEN);
    }
    expect(server.taken()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is asked again by a tracker with another path: an id that was given does not open the door', async () => {
    const { clock, server, make } = await setUp();
    await clock.settle(make(URL).announce('started'));
    await clock.settle(make(`udp://10.0.0.9:${PORT}`).announce('started'));
    expect(server.taken()).toEqual(['connect', 'announce', 'connect', 'announce']);
  });
});

describe('an announce that cannot be made', () => {
  it('without a UDP port fails at once', async () => {
    const { udp, make, outcome, clock } = await setUp();
    const tracker = make();
    udp.close();
    expect(await outcome(tracker.announce('started'))).toBe('network: No UDP port is open');
    expect(clock.now()).toBe(0);
  });

  it('is let go by the signal, by closing the tracker and by closing the port', async () => {
    const { clock, server, udp, make, outcome } = await setUp();
    server.interfere = () => 'ignore';
    const controller = new AbortController();
    const announces = [make(URL, 1), make(URL, 2), make(URL, 3)];
    const [first, second, third] = announces.map((tracker, index) =>
      tracker.announce('started', index === 0 ? { signal: controller.signal } : {}),
    ) as [Promise<unknown>, Promise<unknown>, Promise<unknown>];
    controller.abort();
    expect(await outcome(first)).toMatch(/^aborted: /);
    announces[1]?.close();
    expect(await outcome(second)).toMatch(/^aborted: /);
    udp.close();
    expect(await outcome(third)).toMatch(/^aborted: /);
    expect(clock.now()).toBe(0);
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('beyond 2048 at a time fails at once', async () => {
    const { clock, make, outcome } = await setUp();
    const urls = Array.from({ length: 2049 }, (_, index) => `udp://10.1.${index >> 8}.${index & 255}:1`);
    const outcomes = urls.map((url) => make(url).announce('started'));
    const last = await outcome(outcomes.at(-1) ?? Promise.resolve());
    expect(last).toBe('busy: Too many trackers are being asked at once');
    expect(clock.now()).toBe(0);
    await clock.settle(Promise.allSettled(outcomes));
  });
});

describe('the address of a UDP tracker', () => {
  it.each([
    ['udp://t.example:80', { host: 't.example', port: 80 }, ''],
    ['UDP://T.Example:80/', { host: 't.example', port: 80 }, ''],
    ['udp://t.example:6969/announce?key=a%2Fb#x', { host: 't.example', port: 6969 }, '/announce?key=a%2Fb'],
    ['udp://192.0.2.1:1?a', { host: '192.0.2.1', port: 1 }, '?a'],
    ['udp://[2001:DB8::1]:65535/announce', { host: '2001:db8::1', port: 65535 }, '/announce'],
  ])('%s is taken apart', (url, endpoint, urlData) => {
    expect(parseUdpTrackerUrl(url)).toEqual({ endpoint, urlData });
  });

  it.each([
    'udp://t.example',
    'udp://t.example/announce',
    'udp://t.example:0',
    'udp://t.example:65536',
    'udp://t.example:80x/announce',
    'udp://:80',
    'udp://user@t.example:80',
    'udp://[::1:80',
    'udp://255.255.255.255:80',
    'udp://239.1.2.3:80',
    'udp://0x7f.1:80',
    'udp://2130706433:80',
    'http://t.example:80',
  ])('hostile 33: %s is none', (url) => {
    expect(parseUdpTrackerUrl(url)).toBeUndefined();
  });
});
