import { describe, it } from 'vitest';
import { everyDeedCase, runDeed } from '../simulation/deeds.js';
import { runAll } from './run-all.js';

describe('what a user does with a torrent, at every operation of which the host fails, the user intervenes or death comes', () => {
  it('hostile 47, 50: loses and downloads nothing, and can be done again', async () => {
    await runAll('Crash points of what a user does', await everyDeedCase(), runDeed);
  });
});
