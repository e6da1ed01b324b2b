import { describe, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { killAgainAndAgain } from './kill-moments.js';

describe('kill -9 of the browser at random moments of one download', () => {
  const lab = Lab.open();

  test('hostile 47: five times, no verified piece is lost and at most the open ones come twice', async () => {
    await killAgainAndAgain(lab, { kills: 5, seed: 1 });
  });
});
