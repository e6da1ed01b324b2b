import { countOperations, drawCase, everyCase, runAll, runCase } from '@jstorrent/engine/crashes';
import { SeededRandom } from '@jstorrent/engine/testing';
import { describe, it } from 'vitest';
import { BRIDGE_SCENES } from './bridge-scenes.js';

const RANDOM_CASES = 1000;

describe('a client behind a bridge of which every frame fails, stalls, tears or is the last', () => {
  it('hostile 51: ends every call and socket, loses no verified piece, believes and serves no wrong one, and completes', async () => {
    const operations = await countOperations(BRIDGE_SCENES);
    const random = new SeededRandom(1);
    const drawn = Array.from({ length: RANDOM_CASES }, () => drawCase(random, operations));
    const cases = [...everyCase(operations), ...drawn];
    await runAll('Crash points of the bridge', cases, (crash) => runCase(BRIDGE_SCENES, crash));
  });
});
