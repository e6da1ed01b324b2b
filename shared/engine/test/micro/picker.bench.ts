import { bench, describe } from 'vitest';
import { PiecePicker } from '../../src/core/piece-picker.js';
import { BitField } from '../../src/utils/bitfield.js';
import { SeededRandom } from '../mocks/index.js';

const any = () => true;

describe.each([1000, 100_000])('the picker of %i pieces', (pieceCount) => {
  const random = new SeededRandom(1);
  const picker = new PiecePicker({ pieceCount, random });
  const all = new BitField(pieceCount);
  all.setAll();
  const some = new BitField(pieceCount);
  for (let index = 0; index < pieceCount; index += 10) some.set(index);
  picker.addSeed();
  picker.addPeer(some);
  picker.first(all, 'rarest', any);

  bench('takes a HAVE and its loss', () => {
    const index = random.integer(pieceCount);
    picker.peerChanged(index, 1);
    picker.peerChanged(index, -1);
  });

  bench('picks, fills and resets the first piece', () => {
    const index = picker.first(all, 'rarest', any);
    picker.fill(index);
    picker.reset(index);
  });

  bench('makes the shortlist of a peer with a tenth of the pieces', () => {
    picker.shortlist(some, all, any);
  });
});
