import { describe, expect, test } from 'vitest';
import { PeerAvailability } from '../../src/core/peer-availability.js';

const bits = (...bytes: number[]) => Uint8Array.from(bytes);
const piecesOf = (availability: PeerAvailability) => [...(availability.pieces ?? [])];

describe('what a peer says it has', () => {
  test('a BITFIELD as its first word tells everything', () => {
    const availability = new PeerAvailability(10);
    expect(availability.bitfield(bits(0xa0, 0x40))).toBe('opening');
    expect(piecesOf(availability)).toEqual([0, 2, 9]);
  });

  test('a later BITFIELD or HAVE-ALL adds what is news and takes nothing away: aria2 sends them for many HAVEs', () => {
    const availability = new PeerAvailability(10);
    availability.haveNone();
    expect(availability.bitfield(bits(0xa0, 0))).toEqual([0, 2]);
    expect(availability.bitfield(bits(0x60, 0))).toEqual([1]);
    expect(piecesOf(availability)).toEqual([0, 1, 2]);
    expect(availability.haveAll()).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(availability.haveAll()).toEqual([]);
  });

  test('a HAVE that overtook the BITFIELD is kept', () => {
    const availability = new PeerAvailability(10);
    expect(availability.have(4)).toBe(true);
    expect(availability.bitfield(bits(0x88, 0))).toEqual([0]);
    expect(piecesOf(availability)).toEqual([0, 4]);
  });

  test('what came before the metadata counts once it is known', () => {
    const availability = new PeerAvailability(undefined);
    expect(availability.bitfield(bits(0x80, 0))).toBe('opening');
    availability.have(3);
    expect([...availability.resolve(10)]).toEqual([0, 3]);
  });

  test.each<[string, (availability: PeerAvailability) => void]>([
    ['HAVE of piece n', (availability) => availability.have(10)],
    ['BITFIELD too short', (availability) => availability.bitfield(bits(0xff))],
    ['BITFIELD too long', (availability) => availability.bitfield(bits(0, 0, 0))],
    ['BITFIELD with a spare bit', (availability) => availability.bitfield(bits(0, 0x20))],
    [
      'HAVE-NONE after HAVE-ALL',
      (availability) => {
        availability.haveAll();
        availability.haveNone();
      },
    ],
  ])('hostile 21: %s cannot be', (_, act) => {
    expect(() => act(new PeerAvailability(10))).toThrow(
      expect.objectContaining({ code: expect.any(String) as string }),
    );
  });
});

describe('a HAVE that is taken back (BEP 54)', () => {
  test('counts once, and only for what was said before', () => {
    const known = new PeerAvailability(10);
    known.have(3);
    expect(known.dontHave(3)).toBe(true);
    expect(known.dontHave(3)).toBe(false);
    expect(known.pieces?.hasNone).toBe(true);
    expect(() => known.dontHave(10)).toThrow(expect.objectContaining({ code: 'no-such-piece' }) as Error);
  });

  test('before the metadata is known is remembered', () => {
    const early = new PeerAvailability(undefined);
    early.bitfield(Uint8Array.of(0b1110_0000));
    early.have(5);
    for (const index of [1, 5, 100]) expect(early.dontHave(index)).toBe(false);
    expect([...early.resolve(8)]).toEqual([0, 2]);
  });
});
