import { describe, it } from 'vitest';
import { runRandomDeeds, runRandomSwarm } from '../simulation/random-deeds.js';
import { runAll } from './run-all.js';

const SEEDS = Array.from({ length: 2000 }, (_, index) => index + 1);

describe('users who do one thing after the other, in any order and without waiting for any', () => {
  it('have their torrent whole and in its place in the end, on a slow disk too', async () => {
    await runAll('Random deeds', SEEDS, runRandomDeeds);
  });

  it('do not keep a swarm from completing', async () => {
    await runAll('Random swarms', SEEDS, runRandomSwarm);
  });
});
