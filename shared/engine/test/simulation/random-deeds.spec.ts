import { describe, it } from 'vitest';
import { runRandomDeeds, runRandomSwarm } from './random-deeds.js';

const DEED_RUNS = 8;
const SWARM_RUNS = 3;

describe('users who do one thing after the other, in any order and without waiting for any', () => {
  it('have their torrent whole and in its place in the end, on a slow disk too', async () => {
    for (let seed = 1; seed <= DEED_RUNS; seed++) await runRandomDeeds(seed);
  });

  it('do not keep a swarm from completing', async () => {
    for (let seed = 1; seed <= SWARM_RUNS; seed++) await runRandomSwarm(seed);
  });
});
