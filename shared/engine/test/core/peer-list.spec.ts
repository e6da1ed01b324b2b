import { describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/core/address-policy.js';
import { PeerList } from '../../src/core/peer-list.js';
import type { DisconnectOutcome } from '../../src/core/peer-retry.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import { SeededRandom } from '../mocks/seeded-random.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

const MINUTE = 60_000;
const at = (number: number, port = 6881): Endpoint => ({ host: `50.0.${number >> 8}.${number & 255}`, port });
const leeching = { weAreSeed: false };

function setUp({ allowLocalPeers = false } = {}) {
  const clock = new VirtualClock();
  const list = new PeerList({ clock, random: new SeededRandom(7), policy: new AddressPolicy({ allowLocalPeers }) });
  const attempt = (endpoint: Endpoint, outcome: DisconnectOutcome) => {
    list.connecting(endpoint);
    if (outcome === 'ended') list.connected(endpoint);
    list.disconnected(endpoint, outcome);
  };
  /** Dials everything there is to dial now and leaves it connecting. */
  const takeAll = () => {
    const taken: Endpoint[] = [];
    for (let next = list.next(leeching); next; next = list.next(leeching)) {
      list.connecting(next.endpoint);
      taken.push(next.endpoint);
    }
    return taken;
  };
  return { clock, list, attempt, takeAll };
}

describe('candidates', () => {
  it('every address is given once, better sources first, and only the ones the policy allows', () => {
    const { list, takeAll } = setUp();
    expect(list.add(at(1), 'pex')).toBe(true);
    expect(list.add(at(2), 'tracker')).toBe(true);
    expect(list.add(at(3), 'dht')).toBe(true);
    expect(list.add({ host: '192.168.1.2', port: 1 }, 'lsd')).toBe(true);
    expect(list.add({ host: '192.168.1.3', port: 1 }, 'pex')).toBe(false);
    expect(list.add(at(2), 'pex')).toBe(false);
    expect(takeAll()).toEqual([{ host: '192.168.1.2', port: 1 }, at(2), at(3), at(1)]);
    expect(list.knownCount).toBe(4);
  });

  it('those of an earlier session count from the start, and are as good as others once somebody asks', () => {
    const stored = [at(1), { ...at(2), source: 'manual' as const }];
    const list = new PeerList({
      clock: new VirtualClock(),
      random: new SeededRandom(7),
      policy: new AddressPolicy({ allowLocalPeers: false }),
      stored,
    });
    expect(list.knownCount).toBe(2);
    expect(list.add(at(1), 'tracker')).toBe(false);
    expect(list.sourcesOf(at(1))).toEqual(['tracker', 'resume']);
    expect(list.next(leeching)).toEqual({ endpoint: at(2), source: 'manual', fails: 0 });
    expect(list.worthKeeping(9)).toEqual([at(1), { ...at(2), source: 'manual' }]);
  });

  it('a candidate stays the next one until it is dialled', () => {
    const { list } = setUp();
    list.add(at(1), 'tracker');
    expect(list.next(leeching)).toEqual({ endpoint: at(1), source: 'tracker', fails: 0 });
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
  });

  it('none of many is lost, whenever they come', () => {
    const { list, takeAll } = setUp();
    const seen = new Set<string>();
    for (let number = 0; number < 500; number++) {
      list.add(at(number), number % 3 === 0 ? 'tracker' : 'pex');
      const next = number % 4 === 0 ? list.next(leeching) : undefined;
      if (!next) continue;
      list.connecting(next.endpoint);
      seen.add(next.endpoint.host);
    }
    for (const endpoint of takeAll()) seen.add(endpoint.host);
    expect(seen.size).toBe(500);
  });

  it('a better one that comes late is given first', () => {
    const { list } = setUp();
    for (let number = 0; number < 100; number++) list.add(at(number), 'pex');
    list.next(leeching);
    list.add(at(200), 'tracker');
    expect(list.next(leeching)?.endpoint).toEqual(at(200));
  });

  it('seeds are not dialled while we are one', () => {
    const { list } = setUp();
    list.add(at(1), 'tracker');
    list.markSeed(at(1));
    expect(list.next({ weAreSeed: true })).toBeUndefined();
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
  });
});

describe('retrying', () => {
  it('waits (fails + 1) x 60 s and forgets the address after 3 failures', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1), 'tracker');
    attempt(at(1), 'failed');
    await clock.advance(2 * MINUTE - 1);
    expect(list.next(leeching)).toBeUndefined();
    await clock.advance(1);
    expect(list.next(leeching)?.fails).toBe(1);
    attempt(at(1), 'failed');
    await clock.advance(3 * MINUTE - 1);
    expect(list.next(leeching)).toBeUndefined();
    await clock.advance(1);
    expect(list.next(leeching)?.fails).toBe(2);
    attempt(at(1), 'failed');
    expect(list.knownCount).toBe(0);
  });

  it('a success clears the failures', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1), 'tracker');
    attempt(at(1), 'failed');
    attempt(at(1), 'failed');
    attempt(at(1), 'ended');
    await clock.advance(MINUTE);
    expect(list.next(leeching)?.fails).toBe(0);
  });

  it('failures while our own network is down do not count, and wait 5 s each', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1), 'tracker');
    for (let count = 0; count < 10; count++) attempt(at(1), 'network-down');
    await clock.advance(4999);
    expect(list.next(leeching)).toBeUndefined();
    await clock.advance(1);
    expect(list.next(leeching)).toEqual({ endpoint: at(1), source: 'tracker', fails: 0 });
  });

  it('who waits for our own network, and nobody else, is due when it is back', () => {
    const { list, attempt, takeAll } = setUp();
    list.add(at(1), 'tracker');
    list.add(at(2), 'tracker');
    attempt(at(1), 'network-down');
    attempt(at(2), 'failed');
    expect(list.next(leeching)).toBeUndefined();
    list.networkIsBack();
    expect(takeAll()).toEqual([at(1)]);
  });

  it('addresses that failed come after those that did not', async () => {
    const { clock, list, attempt, takeAll } = setUp();
    list.add(at(1), 'tracker');
    attempt(at(1), 'failed');
    await clock.advance(2 * MINUTE);
    list.add(at(2), 'pex');
    expect(takeAll()).toEqual([at(2), at(1)]);
  });

  it('useless peers are forgotten at once', () => {
    const { list, attempt } = setUp();
    list.add(at(1), 'tracker');
    attempt(at(1), 'useless');
    expect(list.knownCount).toBe(0);
  });

  it('another port of the same address is tried after a failure', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1, 1000), 'tracker');
    list.add(at(1, 2000), 'pex');
    expect(list.next(leeching)?.endpoint.port).toBe(1000);
    attempt(at(1, 1000), 'failed');
    list.add(at(1, 2000), 'pex');
    await clock.advance(2 * MINUTE);
    expect(list.next(leeching)?.endpoint.port).toBe(2000);
    expect(list.knownCount).toBe(1);
  });
});

describe('our own address', () => {
  it('hostile 23, 26: once met, it is refused from every source', () => {
    const { list, attempt } = setUp({ allowLocalPeers: true });
    list.add({ host: '127.0.0.1', port: 6881 }, 'tracker');
    attempt({ host: '127.0.0.1', port: 6881 }, 'self');
    expect(list.add({ host: '127.0.0.1', port: 6881 }, 'pex')).toBe(false);
    expect(list.add({ host: '127.0.0.1', port: 6882 }, 'pex')).toBe(true);
  });
});

describe('trust', () => {
  it('hostile 30: a banned peer stays away for good, in both directions', () => {
    const { list } = setUp();
    list.add(at(1), 'tracker');
    list.ban(at(1));
    expect(list.isBanned(at(1))).toBe(true);
    expect(list.next(leeching)).toBeUndefined();
    expect(list.add(at(1), 'tracker')).toBe(false);
    expect(list.incoming(at(1, 40_000))).toBe(false);
  });
});

describe('incoming peers', () => {
  it('hostile 28: one connection an IP under the public rules', () => {
    const { list } = setUp();
    const accepted = Array.from({ length: 50 }, (_, index) => list.incoming(at(1, 40_000 + index)));
    expect(accepted.filter(Boolean)).toHaveLength(1);
  });

  it('are forgotten when they leave without having said where they listen', () => {
    const { list } = setUp();
    list.incoming(at(1, 40_000));
    list.disconnected(at(1, 40_000), 'ended');
    expect(list.knownCount).toBe(0);
  });

  it.each([{ allowLocalPeers: false }, { allowLocalPeers: true }])(
    'are dialled at their listen port once they are gone, and not before (%o)',
    async (rules) => {
      const { clock, list } = setUp(rules);
      list.incoming(at(1, 40_000));
      list.connected(at(1, 40_000));
      list.learnListenPort(at(1, 40_000), 6881);
      expect(list.add(at(1), 'tracker')).toBe(false);
      expect(list.next(leeching)).toBeUndefined();
      expect(list.knownCount).toBe(1);
      list.disconnected(at(1, 40_000), 'ended');
      await clock.advance(MINUTE);
      expect(list.next(leeching)?.endpoint).toEqual(at(1));
      expect(list.next(leeching)?.source).toBe('tracker');
    },
  );

  it('with local peers are banned where they listen, not only where they came from', () => {
    const { list } = setUp({ allowLocalPeers: true });
    list.incoming(at(1, 40_000));
    list.learnListenPort(at(1, 40_000), 6881);
    list.ban(at(1, 40_000));
    expect(list.isBanned(at(1, 40_000))).toBe(true);
    list.disconnected(at(1, 40_000), 'ended');
    expect(list.add(at(1), 'tracker')).toBe(false);
  });

  it('are accepted while we dial them, and the attempt then fails without harm', async () => {
    const { clock, list } = setUp();
    list.add(at(1), 'tracker');
    list.connecting(at(1));
    expect(list.incoming(at(1, 40_000))).toBe(true);
    list.disconnected(at(1), 'failed');
    await clock.advance(10 * MINUTE);
    expect(list.next(leeching)).toBeUndefined();
    list.disconnected(at(1, 40_000), 'ended');
    await clock.advance(MINUTE);
    expect(list.next(leeching)?.fails).toBe(0);
  });

  it('are refused while we are connected to them', () => {
    const { list } = setUp();
    list.add(at(1), 'tracker');
    list.connecting(at(1));
    list.connected(at(1));
    expect(list.incoming(at(1, 40_000))).toBe(false);
  });
});

describe('a full list', () => {
  it('hostile 26: stays at 3000 and drops the worst for a better one only', () => {
    const { list, attempt } = setUp();
    for (let number = 0; number < 10_000; number++) list.add(at(number), 'pex');
    expect(list.knownCount).toBe(3000);
    attempt(at(5), 'failed');
    expect(list.add(at(10_001), 'pex')).toBe(true);
    expect(list.add(at(10_002), 'pex')).toBe(false);
    expect(list.add(at(10_003), 'tracker')).toBe(true);
    expect(list.knownCount).toBe(3000);
    expect(list.add(at(5), 'dht')).toBe(true);
  });

  it('never drops a peer that is connected', () => {
    const { list, takeAll } = setUp();
    for (let number = 0; number < 3000; number++) list.add(at(number), 'pex');
    takeAll();
    expect(list.add(at(10_001), 'manual')).toBe(false);
    expect(list.incoming(at(10_002))).toBe(false);
  });
});

it('keeps for the next session who is connected, then who was reached last, and nobody who failed', async () => {
  const { clock, list, attempt } = setUp();
  for (let number = 1; number <= 4; number++) list.add(at(number), 'tracker');
  attempt(at(1), 'ended');
  await clock.advance(1000);
  attempt(at(2), 'ended');
  attempt(at(3), 'failed');
  list.connecting(at(4));
  list.connected(at(4));
  list.incoming(at(5, 40_000));
  expect(list.worthKeeping(100)).toEqual([at(4), at(2), at(1)]);
  expect(list.worthKeeping(1)).toEqual([at(4)]);
});

describe('sources', () => {
  it('are all kept, the best first, and the best one counts', () => {
    const { list } = setUp();
    for (const source of ['pex', 'dht', 'tracker', 'pex'] as const) list.add(at(1), source);
    expect(list.sourcesOf(at(1))).toEqual(['tracker', 'dht', 'pex']);
    expect(list.next(leeching)?.source).toBe('tracker');
    expect(list.sourcesOf(at(2))).toEqual([]);
  });

  it('that are withdrawn leave only peers that others named too', () => {
    const { list, takeAll } = setUp();
    list.add(at(1), 'dht');
    list.add(at(2), 'pex');
    list.add(at(2), 'tracker');
    list.add(at(3), 'tracker');
    list.withdraw(new Set(['dht', 'pex', 'lsd']));
    expect(list.sourcesOf(at(1))).toEqual([]);
    expect(list.sourcesOf(at(2))).toEqual(['tracker']);
    expect(takeAll()).toHaveLength(2);
  });
});

describe('a peer with an address in each family (BEP 10)', () => {
  const other = { host: '2001:db8::1', port: 6881 };

  it('is one peer, dialled at its other address when the first cannot be reached, and back', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1), 'tracker');
    list.connecting(at(1));
    list.connected(at(1));
    list.learnOtherHost(at(1), '2001:DB8:0::1');
    list.disconnected(at(1), 'ended');
    await clock.advance(MINUTE);
    expect([list.next(leeching)?.endpoint, list.knownCount]).toEqual([at(1), 1]);
    attempt(at(1), 'failed');
    await clock.advance(2 * MINUTE);
    expect(list.next(leeching)).toEqual({ endpoint: other, source: 'tracker', fails: 1 });
    attempt(other, 'failed');
    await clock.advance(3 * MINUTE);
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
    attempt(at(1), 'failed');
    expect(list.knownCount).toBe(0);
  });

  it('is known under the address where it was reached', async () => {
    const { clock, list, attempt } = setUp();
    list.incoming(at(1, 40_000));
    list.learnListenPort(at(1, 40_000), 6881);
    list.learnOtherHost(at(1, 40_000), other.host);
    list.disconnected(at(1, 40_000), 'ended');
    await clock.advance(MINUTE);
    attempt(at(1), 'failed');
    await clock.advance(2 * MINUTE);
    attempt(other, 'ended');
    expect([list.sourcesOf(other), list.sourcesOf(at(1))]).toEqual([['incoming'], []]);
    list.ban(other);
    expect([list.isBanned(other), list.isBanned(at(1)), list.knownCount]).toEqual([true, false, 0]);
  });

  it.each([
    ['an address of the LAN', '192.168.1.5'],
    ['this machine', '::1'],
    ['another peer that is listed', '50.0.0.2'],
    ['a peer that is banned', '50.0.0.3'],
    ['nowhere', '::'],
  ])('does not lead us to %s', async (_, host) => {
    const { clock, list, attempt } = setUp();
    list.add(at(2), 'tracker');
    list.connecting(at(2));
    list.ban(at(3));
    list.add(other, 'tracker');
    list.learnOtherHost(other, host);
    attempt(other, 'failed');
    await clock.advance(2 * MINUTE);
    expect(list.next(leeching)?.endpoint).toEqual(other);
  });

  it('does not lead us to an address that has become another peer meanwhile, or after its sources were withdrawn', async () => {
    const { clock, list, attempt } = setUp();
    list.add(at(1), 'tracker');
    list.learnOtherHost(at(1), other.host);
    list.add(other, 'dht');
    list.connecting(other);
    attempt(at(1), 'failed');
    await clock.advance(2 * MINUTE);
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
    list.learnOtherHost(at(1), '2001:db8::2');
    list.withdraw(new Set(['dht']));
    attempt(at(1), 'failed');
    await clock.advance(3 * MINUTE);
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
  });
});

describe('knowing our own address', () => {
  const own = { host: '123.213.32.10', port: 6881 };
  const withOwn = (ownEndpoint: () => Endpoint | undefined, seed = 1) =>
    new PeerList({
      clock: new VirtualClock(),
      random: new SeededRandom(seed),
      policy: new AddressPolicy({ allowLocalPeers: false }),
      ownEndpoint,
    });

  it('hostile 26: it is refused from every source', () => {
    expect(withOwn(() => own).add(own, 'pex')).toBe(false);
  });

  it('the last of the order of candidates is canonical priority (BEP 40), also when the address is learned late', () => {
    // By the vectors of the BEP: ec2d7224 comes before 99568189.
    const [better, worse] = [
      { host: '98.76.54.32', port: 1 },
      { host: '123.213.32.234', port: 1 },
    ];
    const list = withOwn(() => own);
    list.add(worse, 'tracker');
    list.add(better, 'tracker');
    expect(list.next(leeching)?.endpoint).toEqual(better);
    const learned: Endpoint[] = [];
    const lists = Array.from({ length: 8 }, (_, seed) => withOwn(() => learned[0], seed));
    for (const late of lists) {
      late.add(worse, 'tracker');
      late.add(better, 'tracker');
    }
    learned.push(own);
    for (const late of lists) {
      // Another wish makes it look at everybody again.
      late.next({ weAreSeed: true });
      expect(late.next(leeching)?.endpoint).toEqual(better);
    }
  });
});

it('bans outlive the session', () => {
  const { list } = setUp();
  list.ban(at(1));
  const later = new PeerList({
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    policy: new AddressPolicy({ allowLocalPeers: false }),
    banned: list.banned,
  });
  expect(later.add(at(1), 'tracker')).toBe(false);
  expect(later.incoming(at(1, 40_000))).toBe(false);
});

it('another address of a connected peer is tried again after ten minutes only', async () => {
  const { clock, list, attempt } = setUp();
  list.add(at(1), 'tracker');
  attempt(at(1), 'twin');
  await clock.advance(10 * MINUTE - 1);
  expect(list.next(leeching)).toBeUndefined();
  await clock.advance(1);
  expect(list.next(leeching)?.fails).toBe(0);
});

it('what the user or the link named is never forgotten, and tried every 15 minutes at least', async () => {
  const { clock, list, attempt } = setUp();
  list.add(at(1), 'manual');
  for (let count = 0; count < 30; count++) attempt(at(1), 'failed');
  await clock.advance(15 * MINUTE - 1);
  expect(list.next(leeching)).toBeUndefined();
  await clock.advance(1);
  expect(list.next(leeching)?.endpoint).toEqual(at(1));
});

it('what the user or the link named is tried again after 5 s, then half as often each time', async () => {
  const { clock, list, attempt } = setUp();
  list.add(at(1), 'magnet');
  for (const wait of [5000, 10_000, 20_000, 40_000]) {
    attempt(at(1), 'failed');
    await clock.advance(wait - 1);
    expect(list.next(leeching)).toBeUndefined();
    await clock.advance(1);
    expect(list.next(leeching)?.endpoint).toEqual(at(1));
  }
});
