import { describe, expect, it } from 'vitest';
import { Choker, type ChokerDecision, type ChokerPeer, UNCHOKE_INTERVAL_MS } from '../../src/core/choker.js';
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
  ...more,
});
const names = (keys: readonly Key[]) => keys.map((key) => key.name).sort();
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
    const unchoked = apply(peers, choker().round(peers, { now: 0, slots: 4 }));
    expect(unchoked).toHaveLength(4);
    expect(unchoked).toEqual(expect.arrayContaining(['p7', 'p8', 'p9']));
  });

  it('leaves out peers that are not interested, and chokes them', () => {
    const peers = [peer('wants'), peer('idle', { isInterested: false, isUnchoked: true, receivedBytes: 9000 })];
    expect(apply(peers, choker().round(peers, { now: 0, slots: 4 }))).toEqual(['wants']);
  });

  it('as a seed prefers those that take most', () => {
    const peers = Array.from({ length: 10 }, (_, index) =>
      peer(`p${index}`, { weAreSeed: true, sentBytes: index * 1000 }),
    );
    expect(apply(peers, choker().round(peers, { now: 0, slots: 3 }))).toEqual(expect.arrayContaining(['p8', 'p9']));
  });

  it('over torrents puts partners of a download before takers from a seed, and does not reward taking alone', () => {
    const peers = [
      peer('partner', { receivedBytes: 1 }),
      peer('taker', { weAreSeed: true, sentBytes: 1_000_000 }),
      ...Array.from({ length: 20 }, (_, index) => peer(`freeloader${index}`, { sentBytes: 5_000_000 })),
    ];
    const unchoked = apply(peers, choker().round(peers, { now: 0, slots: 3 }));
    expect(unchoked).toEqual(expect.arrayContaining(['partner', 'taker']));
  });

  it('has more optimistic slots when there are many slots', () => {
    const generous = Array.from({ length: 20 }, (_, index) => peer(`giver${index}`, { receivedBytes: 1000 }));
    const silent = Array.from({ length: 20 }, (_, index) => peer(`silent${index}`));
    const unchoked = apply([...generous, ...silent], choker().round([...generous, ...silent], { now: 0, slots: 15 }));
    expect(unchoked.filter((name) => name.startsWith('giver')).length).toBeGreaterThanOrEqual(12);
    expect(unchoked).toHaveLength(15);
  });

  it('moves the optimistic slot on every 30 s, so that everybody has a turn', () => {
    const peers = [peer('best', { receivedBytes: 1000 }), ...['a', 'b', 'c', 'd'].map((name) => peer(name))];
    const subject = choker();
    const turns: string[] = [];
    for (let round = 0; round < 8; round++) {
      const unchoked = apply(peers, subject.round(peers, { now: round * UNCHOKE_INTERVAL_MS, slots: 2 }));
      expect(unchoked).toContain('best');
      turns.push(unchoked.filter((name) => name !== 'best').join());
    }
    expect(turns.filter((_, round) => round % 2 === 0)).toEqual(turns.filter((_, round) => round % 2 === 1));
    expect([...new Set(turns)].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('with no slots unchokes nobody', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b')];
    expect(apply(peers, choker().round(peers, { now: 0, slots: 0 }))).toEqual([]);
  });
});

describe('between rounds', () => {
  it('a free slot is given at once', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b'), peer('c', { isInterested: false })];
    expect(apply(peers, choker().fill(peers, { now: 0, slots: 4 }))).toEqual(['a', 'b']);
  });

  it('nobody is choked for a newcomer while all slots are in use', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('b', { isUnchoked: true }), peer('c', { receivedBytes: 1 })];
    expect(choker().fill(peers, { now: 0, slots: 2 })).toEqual({ choke: [], unchoke: [] });
  });

  it('a peer that lost interest gives its slot to one that waits', () => {
    const peers = [peer('a', { isUnchoked: true }), peer('idle', { isUnchoked: true, isInterested: false }), peer('c')];
    expect(apply(peers, choker().fill(peers, { now: 0, slots: 2 }))).toEqual(['a', 'c']);
  });

  it('a peer that lost interest keeps its slot while nobody wants it', () => {
    const peers = [peer('idle', { isUnchoked: true, isInterested: false })];
    expect(choker().fill(peers, { now: 0, slots: 1 })).toEqual({ choke: [], unchoke: [] });
  });
});
