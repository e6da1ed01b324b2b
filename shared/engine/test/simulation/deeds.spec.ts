import { describe, it } from 'vitest';
import { SeededRandom } from '../mocks/index.js';
import { everyDeedCase, runDeed } from './deeds.js';

const CASES = 60;

describe('what a user does with a torrent, at any operation of which the host fails, the user intervenes or death comes', () => {
  it('hostile 47, 50: loses and downloads nothing, and can be done again', async () => {
    const random = new SeededRandom(7);
    const all = await everyDeedCase();
    for (let count = 0; count < CASES; count++) {
      const drawn = all[random.integer(all.length)];
      if (drawn) await runDeed(drawn);
    }
  });
});
