import { describe, expect, it } from 'vitest';
import { Turnover } from '../../src/core/turnover.js';

const MINUTE = 60_000;

function setUp(count: number) {
  const peers = new Set(
    Array.from({ length: count }, (_, index) => ({ downloadRate: index * 10, uploadRate: (count - index) * 10 })),
  );
  const turnover = new Turnover<{ readonly downloadRate: number; readonly uploadRate: number }>({ now: 0 });
  const common = { peers, places: 50, weAreSeed: false, hasCandidates: () => true };
  return { peers, turnover, common };
}

describe('turnover', () => {
  it('parts every five minutes with the worst 4 % of those that had as long to prove themselves', () => {
    const { peers, turnover, common } = setUp(50);
    expect(turnover.tick({ ...common, now: 5 * MINUTE - 1 })).toEqual([]);
    expect(turnover.tick({ ...common, now: 5 * MINUTE })).toEqual([]);
    const fresh = { downloadRate: 0, uploadRate: 0 };
    peers.add(fresh);
    expect(turnover.tick({ ...common, now: 10 * MINUTE - 1 })).toEqual([]);
    const dismissed = turnover.tick({ ...common, now: 10 * MINUTE });
    expect(dismissed.map(({ downloadRate }) => downloadRate)).toEqual([0, 10, 20]);
    expect(dismissed).not.toContain(fresh);
  });

  it('judges by what a peer takes while we are a seed', () => {
    const { turnover, common } = setUp(50);
    turnover.tick({ ...common, now: 5 * MINUTE });
    const dismissed = turnover.tick({ ...common, weAreSeed: true, now: 10 * MINUTE });
    expect(dismissed.map(({ uploadRate }) => uploadRate)).toEqual([10, 20]);
  });

  it('leaves everybody alone while there are places, or nobody to take one', () => {
    const { turnover, common } = setUp(44);
    for (let round = 1; round < 5; round++) expect(turnover.tick({ ...common, now: round * 5 * MINUTE })).toEqual([]);
    const full = setUp(50);
    const lonely = { ...full.common, hasCandidates: () => false };
    for (let round = 1; round < 5; round++) {
      expect(full.turnover.tick({ ...lonely, now: round * 5 * MINUTE })).toEqual([]);
    }
  });
});
