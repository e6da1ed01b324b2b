import { describe, expect, it } from 'vitest';
import { UdpPort } from '../../src/core/udp-port.js';
import type { Endpoint, ISocketFactory } from '../../src/interfaces/socket.js';
import type { ITracker, TrackerError } from '../../src/interfaces/tracker.js';
import { trackerCreator } from '../../src/tracker/create-trackers.js';
import { parseUdpTrackerUrl } from '../../src/tracker/udp-tracker.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';
import {
  MemoryHttpClient,
  SeededRandom,
  SilentLogger,
  VirtualClock,
  type VirtualHost,
  VirtualNetwork,
} from '../mocks/index.js';
import { errorReply, VirtualUdpTracker, words } from './virtual-udp-tracker.js';

const SECOND = 1000;
const PORT = 6969;
const URL = `udp://10.0.0.9:${PORT}/announce`;

const compact = (...peers: Endpoint[]) => concatBytes(peers.map((peer) => encodeCompactPeer(peer) ?? new Uint8Array()));

/** Resolves `tracker.example` as the platform's sockets do, to the last of `addresses`. */
function withNames(host: VirtualHost, addresses: readonly string[]): ISocketFactory {
  const resolve = (to: Endpoint) => (to.host === 'tracker.example' ? { ...to, host: addresses.at(-1) ?? '' } : to);
  return {
    createTcpSocket: () => host.createTcpSocket(),
    listenTcp: (options) => host.listenTcp(options),
    bindUdp: async (options) => {
      const socket = await host.bindUdp(options);
      return new Proxy(socket, {
        get: (target, name) => {
          if (name === 'send') return (data: Uint8Array, to: Endpoint) => target.send(data, resolve(to));
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
}

async function setUp(options: { readonly ipv6?: boolean; readonly lossRate?: number; readonly seed?: number } = {}) {
  const clock = new VirtualClock();
  const random = new SeededRandom(options.seed ?? 1);
  const network = new VirtualNetwork({ clock, random });
  const [own, remote] = options.ipv6 ? ['2001:db8::1', '2001:db8::9'] : ['10.0.0.1', '10.0.0.9'];
  const host = network.host(own, { lossRate: options.lossRate ?? 0 });
  const trackerHost = network.host(remote);
  const server = await VirtualUdpTracker.start(trackerHost, { clock, random, port: PORT });
  const addresses = [remote];
  const udp = new UdpPort({ sockets: withNames(host, addresses), clock, logger: new SilentLogger() });
  await clock.settle(udp.open(6881));
  const http = new MemoryHttpClient({ clock, handler: () => ({ status: 404, body: new Uint8Array() }) });
  const create = trackerCreator({ http, clock, random }, udp);
  const make = (url = options.ipv6 ? `udp://[2001:db8::9]:${PORT}` : URL, infoHashByte = 0xaa): ITracker => {
    const tracker = create(url, {
      infoHash: new Uint8Array(20).fill(infoHashByte),
      peerId: new Uint8Array(20).fill(0xbb),
      userAgent: 'JSTorrent/0.1.0',
      isDualStack: () => true,
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
  return { clock, random, network, host, trackerHost, addresses, server, udp, make, outcome };
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
    const tracker = make(`udp://tracker.example:${PORT}/announce`);
    expect(tracker.stopAnnounces().map(({ url }) => url)).toEqual([`udp://tracker.example:${PORT}`]);
    await clock.settle(tracker.announce('started'));
    const [ready] = tracker.stopAnnounces();
    expect(ready?.url).toBe(`udp://10.0.0.9:${PORT}`);
    await clock.settle(tracker.announce('stopped'));
    const said = server.requests.at(-1)?.bytes.slice() ?? new Uint8Array();
    said.fill(0, 0, 8).fill(0, 12, 16);
    expect(ready?.datagram).toEqual(said);
    const keys = [make(), make(), make(URL, 0xcc), make(`${URL}?b`)].map((one) => one.stopAnnounces()[0]?.key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
    const { make: makeIpv6 } = await setUp({ ipv6: true });
    expect(makeIpv6().stopAnnounces()[0]?.url).toBe(`udp://[2001:db8::9]:${PORT}`);
  });

  it('reads peers of 18 bytes when the tracker answered over IPv6', async () => {
    const { clock, server, make } = await setUp({ ipv6: true });
    server.peers = compact({ host: '2001:db8::7', port: 6881 });
    const tracker = make();
    const found: Endpoint[] = [];
    tracker.on('peer', (peer) => found.push(peer));
    await clock.settle(tracker.announce('started'));
    expect(found).toEqual([{ host: '2001:db8::7', port: 6881 }]);
  });

  it('goes on with the address that a name resolved to, until the id is too old', async () => {
    const { clock, random, network, addresses, server, make } = await setUp();
    const other = await VirtualUdpTracker.start(network.host('10.0.0.8'), { clock, random, port: PORT });
    const tracker = make(`udp://tracker.example:${PORT}/announce`);
    await clock.settle(tracker.announce('started'));
    addresses.push('10.0.0.8');
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual(['connect', 'announce', 'announce']);
    await clock.advance(61 * SECOND);
    await clock.settle(tracker.announce('update'));
    expect(server.taken()).toEqual([]);
    expect(other.taken()).toEqual(['connect', 'announce']);
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
    await clock.settle(make(`udp://10.0.0.9:${PORT}/other`, 4).announce('started'));
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
    server.interfere = ({ body, from }) => {
      otherPort.send(errorReply(body.getUint32(0), 'forged'), from);
      return undefined;
    };
    expect(await outcome(make(`udp://tracker.example:${PORT}`).announce('started'))).toBe('ok');
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

  it('beyond 1024 at a time fails at once', async () => {
    const { clock, make, outcome } = await setUp();
    const urls = Array.from({ length: 1025 }, (_, index) => `udp://10.1.${index >> 8}.${index & 255}:1`);
    const outcomes = urls.map((url) => make(url).announce('started'));
    const last = await outcome(outcomes.at(-1) ?? Promise.resolve());
    expect(last).toBe('network: Too many trackers are being asked at once');
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
