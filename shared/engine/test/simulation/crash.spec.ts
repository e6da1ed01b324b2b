import { describe, it } from 'vitest';
import { SeededRandom } from '../mocks/index.js';
import { countOperations, type CrashCase, drawCase, parseReplay, runCase, SCENES } from './crash-cases.js';

const CASES = 30;
const replay = process.env['JSTORRENT_REPLAY'];

describe('a client whose host fails it, or that is killed, at any operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    for (const crash of replay === undefined ? await drawCases() : [parseReplay(replay)]) await runCase(crash);
  });
});

async function drawCases(): Promise<readonly CrashCase[]> {
  const operations = new Map<string, number>();
  for (const scene of SCENES.keys()) operations.set(scene, await countOperations(scene, 1));
  const random = new SeededRandom(4);
  return Array.from({ length: CASES }, () => drawCase(random, operations));
}
