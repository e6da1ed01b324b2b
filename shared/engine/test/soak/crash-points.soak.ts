import { describe, it } from 'vitest';
import { SeededRandom } from '../mocks/index.js';
import { countOperations, drawCase, everyCase, LONG_PIECES, runCase, SCENES } from '../simulation/crash-cases.js';
import { runAll } from './run-all.js';

const RANDOM_CASES = 1000;

describe('a client whose host fails it, or that is killed, at every operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    const operations = await countOperations(SCENES);
    const random = new SeededRandom(1);
    const drawn = Array.from({ length: RANDOM_CASES }, () => drawCase(random, operations));
    await runAll('Crash points', [...everyCase(operations), ...drawn], (crash) => runCase(SCENES, crash));
  });

  it('hostile 47: neither where pieces are too long for its memory', async () => {
    const operations = await countOperations(LONG_PIECES);
    const random = new SeededRandom(1);
    const drawn = Array.from({ length: RANDOM_CASES }, () => drawCase(random, operations));
    await runAll('Crash points of long pieces', drawn, (crash) => runCase(LONG_PIECES, crash));
  });
});
