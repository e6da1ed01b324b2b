import { describe, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { printFigures } from '../../shared/engine/test/soak/figures.js';
import { killAgainAndAgain } from './kill-moments.js';

describe('kill -9 of the browser at random moments of one download', () => {
  const lab = Lab.open();

  test('hostile 47: twenty times, no verified piece is lost and at most the open ones come twice', async () => {
    const { repeatedBytes } = await killAgainAndAgain(lab, { kills: 20, seed: 2 });
    printFigures('20 kills of the browser', { 'bytes that came twice': repeatedBytes });
  });
});
