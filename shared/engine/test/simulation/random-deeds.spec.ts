import { describe, it } from 'vitest';
import { runRandomDeeds, runRandomSwarm } from './random-deeds.js';

/** In the last one a file was copied to its folder while it was being put together. */
const DEED_SEEDS = [1, 2, 3, 4, 5, 6, 7, 1068];
const SWARM_RUNS = 3;

describe('users who do one thing after the other, in any order and without waiting for any', () => {
  it('have their torrent whole and in its place in the end, on a slow disk too', async () => {
    for (const seed of DEED_SEEDS) await runRandomDeeds(seed);
  });

  it('do not keep a swarm from completing', async () => {
    for (let seed = 1; seed <= SWARM_RUNS; seed++) await runRandomSwarm(seed);
  });
});
