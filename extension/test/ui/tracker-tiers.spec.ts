import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withEditedTracker, withoutTracker, withTracker } from '../../src/ui/state/tracker-tiers.js';

const A = { url: 'http://a.example/announce', tier: 0 };
const B = { url: 'https://b.example/announce', tier: 0 };
const C = { url: 'udp://c.example:6969', tier: 4 };

describe('changing trackers', () => {
  it('a further one gets a tier of its own behind the others', () => {
    expect(withTracker([], ` ${C.url} `)).toEqual({ tiers: [[C.url]] });
    expect(withTracker([A, B], C.url)).toEqual({ tiers: [[A.url, B.url], [C.url]] });
  });

  it('an edited one stays in its tier', () => {
    expect(withEditedTracker([C, A, B], A, 'http://new.example/')).toEqual({
      tiers: [[B.url, 'http://new.example/'], [C.url]],
    });
    expect(withEditedTracker([A, C], A, A.url)).toEqual({ tiers: [[A.url], [C.url]] });
  });

  it('a removed one leaves no empty tier', () => {
    expect(withoutTracker([A, C], A)).toEqual([[C.url]]);
    expect(withoutTracker([A], A)).toEqual([]);
  });

  it.each(['', 'tracker.example', 'ftp://t.example/', 'udp://no-port.example', 'javascript:alert(1)', 'http://a b/'])(
    'refuses %j',
    (text) => {
      expect(withTracker([A], text)).toEqual({ problem: 'not-tracker' });
    },
  );

  it('refuses what is there already, and a hundred and one', () => {
    expect(withTracker([A], A.url)).toEqual({ problem: 'known-tracker' });
    const many = Array.from({ length: 100 }, (_, tier) => ({ url: `http://t${tier}.example/`, tier }));
    expect(withTracker(many, A.url)).toEqual({ problem: 'too-many-trackers' });
  });

  it('any text is a tracker of ours or a problem', () => {
    const scheme = fc.constantFrom('http://', 'HTTPS://', 'udp://', 'ws://', 'file://', '');
    fc.assert(
      fc.property(scheme, fc.string(), (start, rest) => {
        const result = withTracker([A], start + rest);
        return 'problem' in result || /^(?:https?|udp):\/\/\S+$/i.test(result.tiers[1]?.[0] ?? '');
      }),
    );
  });
});
