import { describe, expect, it } from 'vitest';
import { peerRank } from '../../src/core/peer-rank.js';

const at = (host: string, port = 0) => ({ host, port });

describe('canonical peer priority (BEP 40)', () => {
  it.each([
    ['98.76.54.32', 0xec2d7224],
    ['123.213.32.234', 0x99568189],
  ])('123.213.32.10 and %s have the priority of the BEP, either way round', (host, priority) => {
    expect(peerRank(at('123.213.32.10'), at(host))).toBe(priority);
    expect(peerRank(at(host), at('123.213.32.10'))).toBe(priority);
  });

  it('hashes the ports of two peers at one address', () => {
    const rank = peerRank(at('230.12.123.3', 0x4d2), at('230.12.123.3', 0x12c));
    expect(rank).toBe(peerRank(at('1.2.3.4', 0x12c), at('1.2.3.4', 0x4d2)));
    expect(rank).not.toBe(peerRank(at('1.2.3.4', 0x12d), at('1.2.3.4', 0x4d2)));
  });

  it('looks at every second bit of the rest of a stranger, and at more of a neighbour', () => {
    const own = at('230.12.23.1');
    expect(peerRank(own, at('98.76.0.0'))).toBe(peerRank(own, at('98.76.170.170')));
    expect(peerRank(own, at('230.12.1.0'))).toBe(peerRank(own, at('230.12.1.170')));
    expect(peerRank(own, at('230.12.1.0'))).not.toBe(peerRank(own, at('230.12.3.0')));
    expect(peerRank(own, at('230.12.23.4'))).not.toBe(peerRank(own, at('230.12.23.6')));
    const own6 = at('2001:db8::1');
    expect(peerRank(own6, at('2001:db9:1:2::'))).not.toBe(peerRank(own6, at('2001:db9:1:5::')));
    expect(peerRank(own6, at('2001:db9:1:0::'))).toBe(peerRank(own6, at('2001:db9:1:aaaa::')));
  });

  it('says nothing about two address families or a name', () => {
    expect(peerRank(at('1.2.3.4'), at('2001:db8::1'))).toBe(0);
    expect(peerRank(at('1.2.3.4'), at('peer.example'))).toBe(0);
  });
});
