import { describe, expect, it } from 'vitest';
import { PexHandler } from '../../src/core/pex-handler.js';
import { encodePexMessage, parsePexMessage, type PexPeer } from '../../src/protocol/pex.js';

const MINUTE = 60_000;
const peer = (number: number): PexPeer => ({
  endpoint: { host: `50.0.${number >> 8}.${number & 255}`, port: 6881 },
  flags: 0,
});
const peers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => peer(from + index));
const message = (added: readonly PexPeer[]) => encodePexMessage({ added, dropped: [] });
const told = (payload: Uint8Array | undefined) => payload && parsePexMessage(payload);

describe('what a peer is told', () => {
  it('is at first everybody, later who came and went, once a minute and only when there is news', () => {
    const pex = new PexHandler();
    expect(pex.next(() => [], 0)).toBeUndefined();
    expect(told(pex.next(() => peers(0, 3), 1000))).toEqual({ added: peers(0, 3), dropped: [] });
    expect(pex.next(() => peers(1, 4), 1000 + MINUTE - 1)).toBeUndefined();
    expect(told(pex.next(() => peers(1, 4), 1000 + MINUTE))).toEqual({ added: [peer(3)], dropped: [peer(0).endpoint] });
    expect(pex.next(() => peers(1, 4), 1000 + 2 * MINUTE)).toBeUndefined();
    expect(told(pex.next(() => peers(0, 4), 2000 + 2 * MINUTE))).toEqual({ added: [peer(0)], dropped: [] });
  });

  it('is at most 50 peers that came and 50 that went in a message; the rest follows', () => {
    const pex = new PexHandler();
    expect(told(pex.next(() => peers(0, 120), 0))?.added).toHaveLength(50);
    expect(told(pex.next(() => peers(0, 120), MINUTE))?.added).toHaveLength(50);
    expect(told(pex.next(() => peers(0, 120), 2 * MINUTE))?.added).toHaveLength(20);
    expect(told(pex.next(() => [], 3 * MINUTE))?.dropped).toHaveLength(50);
    expect(told(pex.next(() => [], 4 * MINUTE))?.dropped).toHaveLength(50);
    expect(told(pex.next(() => [], 5 * MINUTE))?.dropped).toHaveLength(20);
    expect(pex.next(() => [], 6 * MINUTE)).toBeUndefined();
  });
});

describe('what a peer tells', () => {
  it('is read once a minute, with patience for what the network shifts', () => {
    const pex = new PexHandler();
    expect(pex.receive(message([peer(1)]), 0)).toEqual([peer(1)]);
    expect(pex.receive(message([peer(2)]), 30_000)).toEqual([]);
    expect(pex.receive(message([peer(3)]), 59_000)).toEqual([peer(3)]);
  });

  it('hostile 26: the seventh message in a minute is too much', () => {
    const pex = new PexHandler();
    for (let count = 0; count < 6; count++) pex.receive(message([peer(1)]), count * 5000);
    expect(() => pex.receive(message([peer(1)]), 40_000)).toThrow(expect.objectContaining({ code: 'flood' }) as Error);
    const patient = new PexHandler();
    for (let count = 0; count < 20; count++) patient.receive(message([peer(1)]), count * 10_000);
  });

  it('hostile 26: is nothing when it cannot be read', () => {
    expect(new PexHandler().receive(Uint8Array.of(1, 2, 3), 0)).toEqual([]);
  });
});
