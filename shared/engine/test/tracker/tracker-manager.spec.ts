import { describe, expect, it } from 'vitest';
import type { TrackerSnapshot } from '../../src/core/snapshots.js';
import { UdpPort } from '../../src/core/udp-port.js';
import type { TrackerContext, TrackerSet } from '../../src/core/tracker-set.js';
import { HttpError, type HttpResponse } from '../../src/interfaces/http.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import { type ITracker, TrackerError } from '../../src/interfaces/tracker.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { trackerFactory } from '../../src/tracker/create-trackers.js';
import { TrackerManager } from '../../src/tracker/tracker-manager.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';
import { MemoryHttpClient } from '../mocks/memory-http-client.js';
import { SeededRandom } from '../mocks/seeded-random.js';
import { SilentLogger } from '../mocks/silent-logger.js';
import { VirtualClock } from '../mocks/virtual-clock.js';
import { VirtualNetwork } from '../mocks/virtual-network.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const INTERVAL = 30 * MINUTE;

type Behaviour = 'works' | 'fails' | 'hangs' | 'terse' | 'sees-us' | 'later' | 'never' | 'strict' | 'slow';

/** `terse` leaves out the counts, `sees-us` tells our address, `later` and `never` are BEP 31, `strict` names a `min interval`, `slow` takes 5 s. */
const REFUSALS: Partial<Record<Behaviour, number | string>> = { later: 60, never: 'never' };

/** Trackers named by letters: `a` is http://a.example/announce, and does what `behaviour.a` says at the time. */
function setUp(
  tiers: readonly (readonly string[])[],
  behaviour: Record<string, Behaviour> = {},
  options: { readonly announceToAll?: boolean; readonly isPrivate?: () => boolean } = {},
) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: new SeededRandom(1) });
  const stats = { uploaded: 0, downloaded: 0, left: 100 };
  const respond = (url: string): HttpResponse | Promise<HttpResponse> => {
    const name = nameOf(url);
    const does = behaviour[name] ?? 'works';
    if (does === 'slow') {
      return new Promise((resolve) => clock.setTimer(5 * SECOND, () => resolve(answer(name, 'works'))));
    }
    if (does === 'hangs') return new Promise<never>(() => undefined);
    if (does === 'fails') return { status: 503, body: new Uint8Array() };
    const retryIn = REFUSALS[does];
    if (retryIn !== undefined) {
      return { status: 200, body: encode({ 'failure reason': 'not now', 'retry in': retryIn }) };
    }
    if (url.includes('/scrape?')) {
      const files = { [String.fromCharCode(...new Uint8Array(20))]: { complete: 7, incomplete: 8, downloaded: 9 } };
      return { status: 200, body: encode({ files }) };
    }
    return answer(name, does);
  };
  const answer = (name: string, does: Behaviour): HttpResponse => {
    const peers = encodeCompactPeer({ host: '192.0.2.7', port: 1 + name.charCodeAt(0) });
    return {
      status: 200,
      body: encode({
        interval: INTERVAL / SECOND,
        peers: peers ?? '',
        ...(does === 'terse' ? {} : { complete: 5, incomplete: 6 }),
        ...(does === 'strict' ? { 'min interval': (10 * MINUTE) / SECOND } : {}),
        ...(does === 'sees-us' ? { 'external ip': Uint8Array.of(203, 0, 113, 5) } : {}),
      }),
    };
  };
  const announces: { name: string; event: string; at: number }[] = [];
  const http = new MemoryHttpClient({
    clock,
    handler: ({ url, family }) => {
      if (family === 6) throw new HttpError('dns', 'no address of IPv6');
      const kind = url.includes('/scrape?') ? 'scrape' : 'update';
      announces.push({ name: nameOf(url), event: /&event=(\w+)/.exec(url)?.[1] ?? kind, at: clock.now() });
      return respond(url);
    },
  });
  const create = trackerFactory({ http, clock, random: new SeededRandom(3) });
  const context: TrackerContext = {
    infoHash: new Uint8Array(20),
    peerId: new Uint8Array(20),
    tiers: urlsOf(tiers),
    port: () => 6881,
    stats: () => stats,
    userAgent: 'JSTorrent/0.1.0',
    udp: new UdpPort({ sockets: network.host('10.0.0.1'), clock, logger: new SilentLogger() }),
    announceToAll: () => options.announceToAll ?? false,
    isPrivate: options.isPrivate ?? (() => false),
  };
  const trackers = create(context);
  /** What was sent since the last look, as `name event`. */
  const sent = () => announces.splice(0).map(({ name, event }) => `${name} ${event}`);
  const start = async (options = { allTiers: false }) => {
    trackers.start(options);
    await clock.advance(0);
  };
  const state = (name: string): TrackerSnapshot | undefined =>
    trackers.snapshot().find(({ url }) => nameOf(url) === name);
  return { clock, context, trackers, behaviour, announces, sent, stats, start, state };
}

const NOTHING_TOLD = {
  minIntervalSeconds: 0,
  seeds: 0,
  leechers: 0,
  downloads: 0,
  peerCount: 0,
  warning: undefined,
  externalAddresses: [],
};

const urlsOf = (tiers: readonly (readonly string[])[]) =>
  tiers.map((tier) => tier.map((name) => (name.includes(':') ? name : `http://${name}.example/announce`)));
const nameOf = (url: string) => /^\w+:\/\/(\w+)/.exec(url)?.[1] ?? url;

describe('the periodic announce', () => {
  it('says started, then comes at the interval with some jitter', async () => {
    const { clock, announces, start } = setUp([['a']]);
    await start();
    await clock.advance(10 * INTERVAL);
    expect(announces.slice(0, 3).map(({ event }) => event)).toEqual(['started', 'update', 'update']);
    const gaps = announces.slice(1).map(({ at }, index) => at - (announces[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INTERVAL);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1.1 * INTERVAL);
    expect(new Set(gaps).size).toBeGreaterThan(1);
  });

  it('passes on peers and what the tracker says', async () => {
    const { clock, trackers, start, state } = setUp([['a']]);
    const peers: unknown[] = [];
    let changes = 0;
    trackers.on('peer', (peer, options) => peers.push({ ...peer, ...options }));
    trackers.on('changed', () => changes++);
    await start();
    expect(peers).toEqual([{ host: '192.0.2.7', port: 98, fromLocalTracker: false }]);
    expect(state('a')).toMatchObject({
      tier: 0,
      status: 'working',
      message: undefined,
      seeds: 5,
      leechers: 6,
      peers: 1,
    });
    expect(state('a')?.nextAnnounceAt).toBeGreaterThanOrEqual(clock.wallTime() + INTERVAL);
    expect(changes).toBeGreaterThan(0);
  });

  it.each([
    ['http://192.168.1.5/announce', true],
    ['http://[fd00::5]/announce', true],
    ['http://8.8.8.8/announce', false],
  ])('says of peers from %s whether the tracker is local: %s', async (url, isLocal) => {
    const { trackers, start } = setUp([[url]]);
    const answers: boolean[] = [];
    trackers.on('peer', (_, { fromLocalTracker }) => answers.push(fromLocalTracker));
    await start();
    expect(answers).toEqual([isLocal]);
  });
});

describe('tiers', () => {
  it('a later tier is left alone while an earlier one answers', async () => {
    const { clock, sent, start, state } = setUp([['a'], ['b']]);
    await start();
    await clock.advance(2 * INTERVAL);
    expect(sent()).toEqual(['a started', 'a update']);
    expect(state('b')).toMatchObject({ status: 'idle', nextAnnounceAt: undefined });
  });

  it('of a tier the first that answers is asked from then on, even when the others are back', async () => {
    const { clock, behaviour, sent, start, trackers } = setUp([['a', 'b', 'c']]);
    const [first, second] = trackers.snapshot().map(({ url }) => nameOf(url)) as [string, string];
    behaviour[first] = 'fails';
    await start();
    expect(sent()).toEqual([`${first} started`, `${second} started`]);
    behaviour[first] = 'works';
    await clock.advance(2 * INTERVAL);
    expect(sent()).toEqual([`${second} update`]);
    expect(nameOf(trackers.snapshot()[0]?.url ?? '')).toBe(second);
  });

  it('are shuffled inside and not among each other', () => {
    const letters = 'abcdefghij'.split('');
    const order = setUp([letters, ['z']])
      .trackers.snapshot()
      .map(({ url }) => nameOf(url));
    expect(order.slice(0, 10)).not.toEqual(letters);
    expect([...order].sort()).toEqual([...letters, 'z']);
    expect(order[10]).toBe('z');
  });

  it('the next tier has its turn while the first fails, and rests when that is back', async () => {
    const { clock, behaviour, sent, start } = setUp([['a'], ['b']], { a: 'fails' });
    await start();
    expect(sent()).toEqual(['a started', 'b started']);
    behaviour.a = 'works';
    await clock.advance(MINUTE);
    expect(sent()).toEqual(['a started']);
    await clock.advance(1.2 * INTERVAL);
    expect(sent()).toEqual(['a update']);
  });

  it('the first announce of a magnet goes to all of them, later ones do not', async () => {
    const { clock, sent, start } = setUp([['a'], ['b'], ['c']], { b: 'fails' });
    await start({ allTiers: true });
    expect(sent()).toEqual(['a started', 'b started', 'c started']);
    await clock.advance(1.2 * INTERVAL);
    expect(sent()).toEqual(['a update']);
  });

  it('a tracker named twice is asked once, and of a thousand 200 are', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `t${index % 999}`);
    expect(setUp([['a', 'a'], ['a']]).trackers.snapshot()).toHaveLength(1);
    expect(setUp([many]).trackers.snapshot()).toHaveLength(200);
  });
});

describe('a tracker that fails', () => {
  it('is tried again after 5 s + 12.5 s x fails^2, an hour at most', async () => {
    const { clock, announces, start } = setUp([['a']], { a: 'fails' });
    await start();
    await clock.advance(24 * 60 * MINUTE);
    const gaps = announces.slice(1).map(({ at }, index) => at - (announces[index]?.at ?? 0));
    for (const [index, gap] of gaps.entries()) {
      const expected = Math.min(60 * MINUTE, 5 * SECOND + 12.5 * SECOND * (index + 1) ** 2);
      expect(gap).toBeGreaterThanOrEqual(expected);
      expect(gap).toBeLessThanOrEqual(1.1 * expected);
    }
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(60 * MINUTE);
  });

  it('shows why, and forgets it when it works again', async () => {
    const { clock, behaviour, start, state } = setUp([['a']], { a: 'fails' });
    await start();
    expect(state('a')).toMatchObject({ status: 'failed', message: 'The server answered with status 503' });
    behaviour.a = 'works';
    await clock.advance(MINUTE);
    expect(state('a')).toMatchObject({ status: 'working', message: undefined });
  });

  it('that hangs is shown as announcing and gives way to the next tier after 30 s', async () => {
    const { clock, sent, start, state } = setUp([['a'], ['b']], { a: 'hangs' });
    await start();
    expect(state('a')?.status).toBe('announcing');
    expect(sent()).toEqual(['a started']);
    await clock.advance(30 * SECOND);
    expect(sent()).toEqual(['b started']);
    expect(state('a')?.status).toBe('failed');
  });

  it('of an unknown kind is shown as failed, and the others work', async () => {
    const { sent, start, state, trackers } = setUp([['wss://u.example:80', 'udp://v.example', 'not a url:'], ['b']]);
    await start();
    expect(sent()).toEqual(['b started']);
    expect(state('u')).toMatchObject({ status: 'failed', message: 'Trackers at wss: addresses are not supported' });
    expect(state('v')).toMatchObject({ status: 'failed', message: 'Not a valid address' });
    expect(trackers.snapshot().map(({ message }) => message)).toContain('Not a valid address');
  });
});

describe('completed', () => {
  it('is told once to every tracker that knows us', async () => {
    const { clock, trackers, sent, start } = setUp([['a'], ['b'], ['c']], { c: 'fails' });
    await start({ allTiers: true });
    sent();
    trackers.completed();
    await clock.advance(INTERVAL / 2);
    expect(sent().filter((line) => !line.startsWith('c'))).toEqual(['a completed', 'b completed']);
    await clock.advance(INTERVAL);
    expect(sent()).toEqual(['a update']);
  });

  it('is told after a started that is still under way, and again until it is heard', async () => {
    const { clock, trackers, behaviour, sent, start } = setUp([['a']]);
    trackers.start({ allTiers: false });
    trackers.completed();
    behaviour.a = 'works';
    await clock.advance(0);
    expect(sent()).toEqual(['a started', 'a completed']);
    await trackers.stop();
    sent();
    await start();
    behaviour.a = 'fails';
    trackers.completed();
    await clock.advance(0);
    behaviour.a = 'works';
    await clock.advance(MINUTE);
    expect(sent()).toEqual(['a started', 'a completed', 'a completed']);
  });
});

describe('announceNow', () => {
  it('asks at once, but no tracker more than once a minute', async () => {
    const { clock, trackers, sent, start } = setUp([['a'], ['b']]);
    await start();
    await clock.advance(2 * MINUTE);
    sent();
    for (let count = 0; count < 10; count++) trackers.announceNow();
    await clock.advance(30 * SECOND);
    trackers.announceNow();
    expect(sent()).toEqual(['a update']);
    await clock.advance(30 * SECOND);
    expect(sent()).toEqual(['a update']);
  });

  it('waits as long as the tracker wants nobody to ask, and says until when', async () => {
    const { clock, trackers, sent, start, state } = setUp([['a']], { a: 'strict' });
    expect(state('a')?.earliestAnnounceAt).toBe(clock.wallTime());
    await start();
    const earliest = clock.wallTime() + 10 * MINUTE;
    expect(state('a')?.earliestAnnounceAt).toBe(earliest);
    await clock.advance(2 * MINUTE);
    trackers.announceNow();
    expect(state('a')).toMatchObject({ nextAnnounceAt: earliest, earliestAnnounceAt: earliest });
    await clock.advance(8 * MINUTE - 1);
    expect(sent()).toEqual(['a started']);
    await clock.advance(1);
    expect(sent()).toEqual(['a update']);
  });

  it('has no say over what a tracker must be told at once', async () => {
    const { clock, trackers, sent, start } = setUp([['a']], { a: 'strict' });
    await start();
    trackers.completed();
    await clock.advance(0);
    expect(sent()).toEqual(['a started', 'a completed']);
  });
});

describe('announcing started again', () => {
  it('comes at once, with numbers that begin anew, whatever the tracker allows by hand', async () => {
    const { clock, trackers, sent, stats, start } = setUp([['a']], { a: 'strict' });
    await start();
    stats.uploaded = 1000;
    await clock.advance(SECOND);
    trackers.announceStarted();
    await clock.advance(0);
    expect(sent()).toEqual(['a started', 'a started']);
    stats.uploaded = 1500;
    expect(trackers.stopAnnounces()[0]?.url).toContain('&uploaded=500&');
    await clock.advance(1.2 * INTERVAL);
    expect(sent()).toEqual(['a update']);
  });

  it('goes to those too that failed while nobody could be reached, but not to who said when to come back', async () => {
    const { clock, trackers, behaviour, sent, start } = setUp([['a'], ['b'], ['c']], { a: 'fails', b: 'never' });
    await start();
    await clock.advance(3 * MINUTE);
    sent();
    behaviour.a = 'works';
    behaviour.b = 'works';
    trackers.announceStarted();
    await clock.advance(0);
    expect(sent()).toEqual(['a started']);
    behaviour.a = 'fails';
    trackers.announceStarted();
    await clock.advance(0);
    expect(sent()).toEqual(['a started', 'c started']);
  });

  it('takes the place of an announce under way, and forgets no completed', async () => {
    const { clock, trackers, behaviour, sent, start } = setUp([['a']]);
    await start();
    behaviour.a = 'hangs';
    trackers.completed();
    trackers.announceStarted();
    behaviour.a = 'works';
    trackers.announceStarted();
    await clock.advance(MINUTE);
    expect(sent()).toEqual(['a started', 'a completed', 'a started', 'a started', 'a completed']);
  });

  it('is nothing while stopped', async () => {
    const { clock, trackers, sent } = setUp([['a']]);
    trackers.announceStarted();
    await clock.advance(INTERVAL);
    expect(sent()).toEqual([]);
  });
});

describe('stopping', () => {
  it('tells every tracker that knows us, and nobody else', async () => {
    const { clock, trackers, sent, start, state } = setUp([['a'], ['b']], { b: 'fails' });
    await start({ allTiers: true });
    sent();
    await clock.settle(trackers.stop());
    expect(sent()).toEqual(['a stopped']);
    await clock.advance(10 * INTERVAL);
    expect(sent()).toEqual([]);
    expect(state('a')).toMatchObject({ status: 'idle', nextAnnounceAt: undefined });
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits 5 s at most', async () => {
    const { clock, trackers, behaviour, start } = setUp([['a']]);
    await start();
    behaviour.a = 'hangs';
    await clock.settle(trackers.stop());
    expect(clock.now()).toBe(5 * SECOND);
  });

  it('asked for again ends no sooner than the first', async () => {
    const { clock, trackers, behaviour, start } = setUp([['a']]);
    await start();
    behaviour.a = 'hangs';
    void trackers.stop();
    await clock.advance(SECOND);
    await clock.settle(trackers.stop());
    expect(clock.now()).toBe(5 * SECOND);
  });

  it('can be followed by a start at once, which says started again', async () => {
    const { clock, trackers, behaviour, sent, start } = setUp([['a']]);
    await start();
    behaviour.a = 'hangs';
    const stopping = trackers.stop();
    behaviour.a = 'works';
    await start();
    await clock.settle(stopping);
    expect(clock.now()).toBe(0);
    expect(sent()).toEqual(['a started', 'a stopped', 'a started']);
  });

  it('has the stop announces ready for someone who outlives us', async () => {
    const { clock, trackers, start } = setUp([['a'], ['b']], { b: 'fails' });
    expect(trackers.stopAnnounces()).toEqual([]);
    await start({ allTiers: true });
    expect(trackers.stopAnnounces()).toHaveLength(1);
    expect(trackers.stopAnnounces()[0]?.url).toMatch(/^http:\/\/a\.example\/announce\?.*&event=stopped$/);
    await clock.settle(trackers.stop());
    expect(trackers.stopAnnounces()).toEqual([]);
  });

  it('closing is silent and leaves no timer', async () => {
    const { clock, trackers, sent, start } = setUp([['a'], ['b']], { b: 'hangs' });
    await start({ allTiers: true });
    sent();
    trackers.close();
    trackers.close();
    await clock.advance(INTERVAL * 3);
    expect(sent()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('announcing to all', () => {
  it('asks every tracker of every tier, each in its own time', async () => {
    const { clock, sent, start, trackers } = setUp([['a', 'b'], ['c']], { b: 'fails' }, { announceToAll: true });
    await start();
    expect(sent().sort()).toEqual(['a started', 'b started', 'c started']);
    await clock.advance(1.2 * INTERVAL);
    const later = sent();
    expect(later.filter((line) => !line.startsWith('b'))).toHaveLength(2);
    expect(later).toContain('b started');
    await clock.settle(trackers.stop());
    expect(sent().sort()).toEqual(['a stopped', 'c stopped']);
  });
});

describe('a private torrent (BEP 27)', () => {
  const isPrivate = () => true;
  /** `switched`, and the ports of the peers, which tell the tracker. */
  const listen = ({ trackers }: { readonly trackers: TrackerSet }) => {
    const heard: (string | number)[] = [];
    trackers.on('switched', () => heard.push('switched'));
    trackers.on('peer', ({ port }) => heard.push(port));
    return heard;
  };
  const [FROM_A, FROM_B] = [98, 99];

  it('has one tracker at a time, whatever the setting, and another one only when that fails', async () => {
    const world = setUp([['a'], ['b'], ['c']], { a: 'fails' }, { announceToAll: true, isPrivate });
    const { clock, behaviour, sent, start, trackers } = world;
    const heard = listen(world);
    await start();
    expect(sent()).toEqual(['a started', 'b started']);
    // Not when a better one is back.
    behaviour['a'] = 'works';
    await clock.advance(1.2 * INTERVAL);
    expect(sent()).toEqual(['b update']);
    trackers.completed();
    await clock.advance(0);
    expect(sent()).toEqual(['b completed']);
    behaviour['b'] = 'fails';
    await clock.advance(1.2 * INTERVAL);
    expect(sent()).toEqual(['b update', 'a started']);
    expect(heard.filter((what, index) => what !== heard[index - 1])).toEqual([FROM_B, 'switched', FROM_A]);
  });

  it('tells of no switch when its tracker stays the same, over failures, stops and starts', async () => {
    const world = setUp([['a'], ['b']], { b: 'fails' }, { isPrivate });
    const { clock, behaviour, start, trackers } = world;
    const heard = listen(world);
    await start();
    behaviour['a'] = 'fails';
    await clock.advance(1.2 * INTERVAL);
    behaviour['a'] = 'works';
    await clock.advance(1.2 * INTERVAL);
    await clock.settle(trackers.stop());
    await start();
    expect(heard.length).toBeGreaterThan(2);
    expect(new Set(heard)).toEqual(new Set([FROM_A]));
  });

  it('goes on with the tracker it had after a stop, and turns to another that replaces it', async () => {
    const world = setUp([['a'], ['b']], { a: 'fails' }, { isPrivate });
    const { clock, behaviour, sent, start, trackers } = world;
    const heard = listen(world);
    await start();
    await clock.settle(trackers.stop());
    behaviour['a'] = 'works';
    sent();
    await start();
    expect(sent()).toEqual(['b started']);
    trackers.setTiers(urlsOf([['a']]));
    await clock.advance(0);
    expect(sent().toSorted()).toEqual(['a started', 'b stopped']);
    expect(heard.slice(-2)).toEqual(['switched', FROM_A]);
  });

  it('that was a magnet and asked all trackers begins with one of them once that is known', async () => {
    let isKnown = false;
    const world = setUp([['a'], ['b']], {}, { isPrivate: () => isKnown });
    const { clock, sent, start, trackers } = world;
    const heard = listen(world);
    await start({ allTiers: true });
    expect(sent()).toEqual(['a started', 'b started']);
    isKnown = true;
    await clock.advance(MINUTE);
    trackers.announceNow();
    await clock.advance(0);
    expect(sent()).toHaveLength(1);
    await clock.advance(3 * INTERVAL);
    expect(heard.filter((what) => what === 'switched')).toHaveLength(1);
    expect(new Set(sent()).size).toBe(1);
  });

  it('that was a magnet waits for no others once that is known, while the first is still being asked', async () => {
    let isKnown = false;
    const trouble = { a: 'hangs', b: 'slow', c: 'slow', d: 'fails' } as const;
    const world = setUp([['a'], ['b'], ['c'], ['d']], { ...trouble }, { isPrivate: () => isKnown });
    const { clock, sent, start, state, trackers } = world;
    const heard = listen(world);
    await start({ allTiers: true });
    expect(sent()).toEqual(['a started', 'b started', 'c started', 'd started']);
    isKnown = true;
    trackers.announceNow();
    expect(['a', 'b', 'c'].map((name) => state(name)?.status)).toEqual(['announcing', 'idle', 'idle']);
    await clock.advance(29 * SECOND);
    expect([heard, sent()]).toEqual([[], []]);
    await clock.advance(6 * SECOND);
    expect([heard, sent()]).toEqual([[FROM_B], ['b started']]);
    await clock.advance(3 * INTERVAL);
    expect(new Set(heard)).toEqual(new Set([FROM_B]));
  });

  it('hears no late word of a tracker that is in use no more', async () => {
    const world = setUp([[]]);
    const told = new Map<string, (peer: Endpoint) => void>();
    const down = new Set<string>();
    const createTracker = (url: string): ITracker => ({
      url,
      announce: () =>
        down.has(url)
          ? Promise.reject(new TrackerError('timeout', 'The tracker does not answer'))
          : Promise.resolve({ ...NOTHING_TOLD, intervalSeconds: INTERVAL / SECOND }),
      scrape: () => Promise.resolve({ seeds: 0, leechers: 0, downloads: 0 }),
      stopAnnounces: () => [],
      on: (_, listener) => {
        told.set(nameOf(url), listener);
        return () => undefined;
      },
      close: () => undefined,
    });
    const trackers = new TrackerManager({
      context: { ...world.context, tiers: urlsOf([['a'], ['b']]), isPrivate },
      clock: world.clock,
      random: new SeededRandom(3),
      createTracker,
      onStarted: () => undefined,
    });
    const heard = listen({ trackers });
    trackers.start({ allTiers: false });
    await world.clock.advance(0);
    const tell = (name: string, port: number) => told.get(name)?.({ host: '192.0.2.7', port });
    // Its answer by IPv6, when that by IPv4 has long counted.
    tell('a', FROM_A);
    down.add('http://a.example/announce');
    await world.clock.advance(1.2 * INTERVAL);
    tell('a', FROM_A);
    tell('b', FROM_B);
    expect(heard).toEqual([FROM_A, 'switched', FROM_B]);
    trackers.close();
  });

  it('is what these rules are for: peers of a public one stay, whoever named them', async () => {
    const world = setUp([['a'], ['b']], { a: 'fails' });
    const heard = listen(world);
    await world.start();
    world.behaviour['a'] = 'works';
    await world.clock.advance(2 * INTERVAL);
    expect(new Set(heard)).toEqual(new Set([FROM_A, FROM_B]));
  });
});

describe('a tracker that says when to come back (BEP 31)', () => {
  it('is left alone so long', async () => {
    const { clock, behaviour, sent, start, state } = setUp([['a'], ['b']], { a: 'later' });
    await start();
    expect(state('a')).toMatchObject({ status: 'failed', message: 'not now' });
    behaviour.a = 'works';
    await clock.advance(59 * MINUTE);
    expect(sent().filter((line) => line.startsWith('a'))).toEqual(['a started']);
    await clock.advance(7 * MINUTE);
    expect(sent()).toContain('a started');
  });

  it('or never, is asked again only by hand', async () => {
    const { clock, trackers, behaviour, sent, start, state } = setUp([['a']], { a: 'never' });
    await start();
    expect(state('a')?.nextAnnounceAt).toBeUndefined();
    await clock.advance(30 * 24 * 60 * MINUTE);
    expect(sent()).toEqual(['a started']);
    behaviour.a = 'works';
    trackers.announceNow();
    await clock.advance(0);
    expect(sent()).toEqual(['a started']);
    expect(state('a')?.status).toBe('working');
  });
});

describe('what trackers tell beside peers', () => {
  it('counts that the announce leaves out are asked for by a scrape', async () => {
    const { sent, start, state } = setUp([['a']], { a: 'terse' });
    await start();
    expect(sent()).toEqual(['a started', 'a scrape']);
    expect(state('a')).toMatchObject({ status: 'working', seeds: 7, leechers: 8, downloads: 9 });
  });

  it("a scrape that fails is nobody's failure", async () => {
    const { sent, start, state } = setUp([['http://a.example/other/path']], { a: 'terse' });
    await start();
    expect(sent()).toEqual(['a started']);
    expect(state('a')).toMatchObject({ status: 'working', message: undefined, seeds: undefined });
  });

  it('our address as the tracker sees it (BEP 24) is passed on with the voter', async () => {
    const { trackers, start } = setUp([['a']], { a: 'sees-us' });
    const votes: unknown[] = [];
    trackers.on('externalAddress', (address, voter) => votes.push([...address, voter]));
    await start();
    expect(votes).toEqual([[203, 0, 113, 5, 'a.example']]);
  });
});

describe('changing the trackers while running', () => {
  it('keeps what stays, asks what is new and takes leave of what goes', async () => {
    const { clock, trackers, sent, start, state } = setUp([['a'], ['b']]);
    await start({ allTiers: true });
    const next = state('b')?.nextAnnounceAt;
    expect(sent()).toEqual(['a started', 'b started']);
    trackers.setTiers(urlsOf([['c'], ['b']]));
    await clock.advance(0);
    expect(sent()).toEqual(['a stopped', 'c started']);
    expect(trackers.snapshot().map(({ url, tier }) => [nameOf(url), tier])).toEqual([
      ['c', 0],
      ['b', 1],
    ]);
    expect(state('b')).toMatchObject({ status: 'working', seeds: 5 });
    await clock.settle(trackers.stop());
    expect(sent()).toEqual(['c stopped', 'b stopped']);
    expect(next).toBeDefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the schedule of those that stay as it was, in their tier and in front', async () => {
    const { clock, trackers, announces, start, state } = setUp([['a']]);
    await start();
    const next = state('a')?.nextAnnounceAt;
    await clock.advance(MINUTE);
    trackers.setTiers(urlsOf([['x', 'a', 'y']]));
    expect(nameOf(trackers.snapshot()[0]?.url ?? '')).toBe('a');
    expect(state('a')?.nextAnnounceAt).toBe(next);
    await clock.advance(1.1 * INTERVAL);
    expect(announces.map(({ name, event }) => `${name} ${event}`)).toEqual(['a started', 'a update']);
  });

  it('a tracker removed in the middle of its announce is told goodbye and heard no more', async () => {
    const { clock, trackers, behaviour, sent, start } = setUp([['a'], ['b']], { a: 'hangs' });
    const peers: unknown[] = [];
    trackers.on('peer', (peer) => peers.push(peer));
    await start();
    behaviour.a = 'works';
    trackers.setTiers(urlsOf([['b']]));
    await clock.advance(MINUTE);
    expect(sent()).toEqual(['a started', 'a stopped', 'b started']);
    expect(trackers.snapshot()).toHaveLength(1);
    trackers.setTiers([]);
    await clock.advance(0);
    expect(sent()).toEqual(['b stopped']);
    trackers.setTiers(urlsOf([['a']]));
    await clock.advance(0);
    expect(sent()).toEqual(['a started']);
    expect(peers.length).toBeGreaterThan(0);
  });

  it('while stopped tells nobody', async () => {
    const { clock, trackers, sent, start } = setUp([['a']]);
    trackers.setTiers(urlsOf([['b'], ['a']]));
    await clock.advance(MINUTE);
    expect(sent()).toEqual([]);
    await start();
    expect(sent()).toEqual(['b started']);
  });
});

describe('over four weeks', () => {
  const WEEK = 7 * 24 * 60 * MINUTE;

  it('a tracker that is away every third day is asked in bounds and found again within the hour', async () => {
    const { clock, behaviour, announces, start, state } = setUp([['a'], ['b']]);
    await start();
    for (let day = 1; day < 28; day++) {
      const isAway = day % 3 === 0;
      behaviour.a = isAway ? 'fails' : 'works';
      await clock.advance(66 * MINUTE);
      expect(state('a')?.status).toBe(isAway ? 'failed' : 'working');
      if (isAway) expect(state('b')?.status).toBe('working');
      await clock.advance(24 * 60 * MINUTE - 66 * MINUTE);
    }
    const perWeek = (name: string) => announces.filter((announce) => announce.name === name).length / 4;
    // At most every half hour while it works, at least every 33 minutes; b helps out on nine days of 27.
    expect(perWeek('a')).toBeLessThan(WEEK / INTERVAL);
    expect(perWeek('a')).toBeGreaterThan((0.6 * WEEK) / (1.1 * INTERVAL));
    expect(perWeek('b')).toBeGreaterThan((0.25 * WEEK) / (1.1 * INTERVAL));
    expect(perWeek('b')).toBeLessThan((0.45 * WEEK) / INTERVAL);
    expect(clock.pendingTimers).toBe(1);
  });

  it('trackers that are all dead cost no more than one announce an hour each', async () => {
    const { clock, announces, start } = setUp([['a', 'b'], ['c']], { a: 'fails', b: 'fails', c: 'hangs' });
    await start();
    await clock.advance(4 * WEEK);
    for (const name of ['a', 'b', 'c']) {
      const count = announces.filter((announce) => announce.name === name).length;
      expect(count).toBeLessThan(4 * 7 * 24 + 20);
      expect(count).toBeGreaterThan(4 * 7 * 24 * 0.8);
    }
  });
});
