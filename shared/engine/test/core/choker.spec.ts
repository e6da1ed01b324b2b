import { describe, expect, it } from 'vitest';
import { Choker, type ChokerDecision, type ChokerPeer, UNCHOKE_INTERVAL_MS } from '../../src/core/choker.js';
import type { SeedingOrder } from '../../src/core/settings.js';
import { SeededRandom } from '../mocks/seeded-random.js';

interface Key {
  readonly name: string;
}
type Peer = { -readonly [Name in keyof ChokerPeer<Key>]: ChokerPeer<Key>[Name] };

const peer = (name: string, more: Partial<Peer> = {}): Peer => ({
  key: { name },
  isInterested: true,
  isUnchoked: false,
  weAreSeed: false,
  receivedBytes: 0,
  sentBytes: 0,
  sentTotalBytes: 0,
  turnBytes: 20_000,
  progress: 0,
  ...more,
});
const names = (keys: readonly Key[]) => keys.map((key) => key.name).sort();
const at = (now: number, slots: number, order: SeedingOrder = 'fastestUpload') => ({
  now,
  slots,
  order,
  isRateBased: false,
});
const choker = () => new Choker<Key>({ random: new SeededRandom(1) });

function apply(peers: readonly Peer[], decision: ChokerDecision<Key>): string[] {
  for (const one of peers) {
    if (decision.choke.includes(one.key)) one.isUnchoked = false;
    if (decision.unchoke.includes(one.key)) one.isUnchoked = true;
  }
  return names(peers.filter((one) => one.isUnchoked).map((one) => one.key));
}

describe('a round', () => {
  it('unchokes the peers that gave most and one optimistic peer', () => {
    const peers = Array.from({ length: 10 }, (_, index) => peer(`p${index}`, { receivedBytes: index * 1000 }));
    const unchoked = apply(peers, choker().round(peers, at(0, 4)));
    expect(unchoked).toHaveLength(4);
    expect(unchoked).toEqual(expect.arrayContaining(['p7', 'p8', 'p9']));
  });

  it('leaves out peers that are not interested, and chokes them', () => {
    const peers = [peer('wants'), peer('idle', { isInterested: false, isUnchoked: true, receivedBytes: 9000 })];
    expect(apply(peers, choker().round(peers, at(0, 4)))).toEqual(['wants']);
  });

  it('as a seed prefers those that take most', () => {
    const peers = Array.from({ length: 10 }, (_, index) =>
      peer(`p${index}`, { weAreSeed: true, sentBytes: index * 1000 }),
    );
    expect(apply(peers, choker().round(peers, at(0, 3)))).toEqual(expect.arrayContaining(['p8', 'p9']));
  });

  it('over torrents puts partners of a download before takers from a seed, and does not reward taking alone', () => {
    const peers = [
      peer('partner', { receivedBytes: 1 }),
      peer('taker', { weAreSeed: true, sentBytes: 1_000_000 }),
      ...Array.from({ length: 20 }, (_, index) => peer(`freeloader${index}`, { sentBytes: 5_000_000 })),
    ];
    const unchoked = apply(peers, choker().round(peers, at(0, 3)));
    expect(unchoked).toEqual(expect.arrayContaining(['partner', 'taker']));
  });

  it('has more optimistic slots when there are many slots', () => {
    const generous = Array.from({ length: 20 }, (_, index) => peer(`giver${index}`, { receivedBytes: 1000 }));
    const silent = Array.from({ length: 20 }, (_, index) => peer(`silent${index}`));
    const unchoked = apply([...generous, ...silent], choker().round([...generous, ...silent], at(0, 15)));
    expect(unchoked.filter((name) => name.startsWith('giver')).length).toBeGreaterThanOrEqual(12);
    expect(unchoked).toHaveLength(15);
  });

  it('moves the optimistic slot on every 30 s, so that everybody has a turn', () => {
    const peers = [peer('best', { receivedBytes: 1000 }), ...['a', 'b', 'c', 'd'].map((name) => peer(name))];
    const subject = choker();
    const turns: string[] = [];
    for (let round = 0; round < 8; round++) {
      const unchoked = apply(peers, subject.round(peers, at(round * UNCHOKE_INTERVAL_MS, 2)));
      expect(unchoked).toContain('best');
      turns.push(unchoked.filter((name) => name !== 'best').join());
    }
    expect(turns.filter((_, round) => round % 2 === 0)).toEqual(turns.filter((_, round) => round % 2 === 1));
    expect([...new Set(turns)].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('with no slots unchokes nobody', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b')];
    expect(apply(peers, choker().round(peers, at(0, 0)))).toEqual([]);
  });
});

describe('between rounds', () => {
  it('a free slot is given at once', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b'), peer('c', { isInterested: false })];
    expect(apply(peers, choker().fill(peers, at(0, 4)))).toEqual(['a', 'b']);
  });

  it('nobody is choked for a newcomer while all slots are in use', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b', { isUnchoked: true }), peer('c', { receivedBytes: 1 })];
    expect(choker().fill(peers, at(0, 2))).toEqual({ choke: [], unchoke: [] });
  });

  it('a peer that lost interest gives its slot to one that waits', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('idle', { isUnchoked: true, isInterested: false }), peer('c')];
    expect(apply(peers, choker().fill(peers, at(0, 2)))).toEqual(['a', 'c']);
  });

  it('a peer that lost interest keeps its slot while nobody wants it', () => {
    const peers = [peer('idle', { isUnchoked: true, isInterested: false })];
    expect(choker().fill(peers, at(0, 1))).toEqual({ choke: [], unchoke: [] });
  });
});

describe('where we seed', () => {
  const seeded = (count: number, more: (index: number) => Partial<Peer>) =>
    Array.from({ length: count }, (_, index) => peer(`p${index}`, { weAreSeed: true, ...more(index) }));

  it('`roundRobin` gives each peer twenty pieces and a minute, then the one that waited longest its turn', () => {
    const peers = seeded(6, () => ({}));
    const subject = choker();
    const unchoked: string[][] = [];
    for (let round = 0; round < 24; round++) {
      unchoked.push(apply(peers, subject.round(peers, at(round * UNCHOKE_INTERVAL_MS, 3, 'roundRobin'))));
      for (const one of peers.filter(({ isUnchoked }) => isUnchoked)) one.sentTotalBytes += 10_000;
    }
    const rounds = peers.map(({ key: { name } }) => unchoked.filter((all) => all.includes(name)).length);
    expect(rounds.every((count) => count >= 8)).toBe(true);
    // Nobody of the first two loses the slot before the minute is over.
    const [first] = unchoked;
    const stayed = first?.filter((name) => unchoked.slice(0, 4).every((all) => all.includes(name))) ?? [];
    expect(stayed.length).toBeGreaterThanOrEqual(2);
  });

  it('`roundRobin` leaves the slot to a peer that is slow with its twenty pieces', () => {
    const peers = seeded(4, () => ({}));
    const subject = choker();
    const holds = (round: number) =>
      apply(peers, subject.round(peers, at(round * UNCHOKE_INTERVAL_MS, 1 + 1, 'roundRobin')));
    const kept = Array.from({ length: 10 }, (_, round) => holds(round));
    expect(peers.some(({ key: { name } }) => kept.every((all) => all.includes(name)))).toBe(true);
  });

  it('`antiLeech` prefers those that have just begun or are nearly done', () => {
    const peers = seeded(9, (index) => ({ progress: index / 8, sentBytes: index === 4 ? 1_000_000 : 0 }));
    const unchoked = apply(peers, choker().round(peers, at(0, 5, 'antiLeech')));
    expect(unchoked).toEqual(expect.arrayContaining(['p0', 'p1', 'p7', 'p8']));
  });
});

describe('rate-based slots', () => {
  const turn = (now: number) => ({ ...at(now, 8), isRateBased: true });
  /** Rounds in which the unchoked peers share `bytesPerSecond`, each with so much at most; how many are unchoked in the end. */
  const settle = (bytesPerSecond: number, most: number): number => {
    const peers = Array.from({ length: 40 }, (_, index) => peer(`p${index}`, { weAreSeed: true }));
    const subject = choker();
    for (let round = 0; round < 40; round++) {
      apply(peers, subject.round(peers, turn(round * UNCHOKE_INTERVAL_MS)));
      const count = peers.filter(({ isUnchoked }) => isUnchoked).length;
      const each = (Math.min(most, bytesPerSecond / count) * UNCHOKE_INTERVAL_MS) / 1000;
      for (const one of peers) one.sentBytes = one.isUnchoked ? each : 0;
    }
    return peers.filter(({ isUnchoked }) => isUnchoked).length;
  };

  it('are opened as long as each brings more than the one before, and no further', () => {
    expect(settle(0, 0)).toBe(2);
    expect(settle(50_000, 50_000)).toBe(5);
    expect(settle(500_000, 500_000)).toBe(16);
    expect(settle(500_000, 20_000)).toBe(11);
  });
});
