import { describe, expect, it } from 'vitest';
import { SuspectPieces } from '../../src/core/suspect-pieces.js';

const MIB = 1024 * 1024;
const blockLength = 4;
const honest = { name: 'honest' };
const liar = { name: 'liar' };

describe('SuspectPieces', () => {
  it('names exactly the authors whose blocks differ, in a short last block too', () => {
    const suspects = new SuspectPieces<object>({ blockLength });
    const right = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const wrong = right.slice();
    wrong[8] = 0;
    suspects.add(3, wrong, [honest, honest, liar]);
    expect([...suspects.resolve(3, right)]).toEqual([liar]);
    expect(suspects.isForOnePeer(3)).toBe(false);
  });

  it('knows nothing of pieces that never failed', () => {
    const suspects = new SuspectPieces<object>({ blockLength });
    expect(suspects.isForOnePeer(0)).toBe(false);
    suspects.giveUp(0);
    expect([...suspects.resolve(0, new Uint8Array(8))]).toEqual([]);
  });

  it('keeps the first copy over a second failure', () => {
    const suspects = new SuspectPieces<object>({ blockLength });
    suspects.add(0, Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0), [honest, liar]);
    suspects.add(0, Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1), [liar, honest]);
    expect([...suspects.resolve(0, new Uint8Array(8).fill(1))]).toEqual([liar]);
  });

  it('holds 8 MiB of copies at most, and gives room back', () => {
    const suspects = new SuspectPieces<object>({ blockLength: 8 * MIB });
    suspects.add(0, new Uint8Array(8 * MIB), [liar]);
    suspects.add(1, new Uint8Array(1), [liar]);
    expect(suspects.isForOnePeer(1)).toBe(true);
    expect([...suspects.resolve(1, Uint8Array.of(1))]).toEqual([]);
    suspects.dropCopies();
    expect([...suspects.resolve(0, new Uint8Array(8 * MIB).fill(1))]).toEqual([]);
    suspects.add(2, new Uint8Array(1), [liar]);
    expect([...suspects.resolve(2, Uint8Array.of(1))]).toEqual([liar]);
  });
});
