import { describe, it } from 'vitest';
import { DEATH_MOMENTS } from '../faults/fault-plan.js';
import { SeededRandom } from '../mocks/index.js';
import { countOperations, type CrashCase, drawCase, runCase, SCENES } from '../simulation/crash-cases.js';
import { printFigures } from './figures.js';

/** Faults that one operation is tried with; they differ by their index. */
const FAULT_VARIANTS = 4;
const RANDOM_CASES = 1000;
const SEED = 1;

describe('a client whose host fails it, or that is killed, at every operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    const started = performance.now();
    const operations = new Map<string, number>();
    for (const scene of SCENES.keys()) operations.set(scene, await countOperations(scene, SEED));
    const random = new SeededRandom(SEED);
    const cases = [
      ...casesOf('death', operations, DEATH_MOMENTS.length),
      ...casesOf('fault', operations, FAULT_VARIANTS),
      ...Array.from({ length: RANDOM_CASES }, () => drawCase(random, operations)),
    ];
    const failures: string[] = [];
    for (const crash of cases) await runCase(crash).catch((error: unknown) => failures.push(String(error)));
    if (failures.length > 0) throw new Error(`${failures.length} of ${cases.length}:\n${failures.join('\n')}`);
    printFigures('Crash points', { runs: cases.length, 'real seconds': (performance.now() - started) / 1000 });
  });
});

/** Every operation in every scene, with every variant. */
function casesOf(kind: CrashCase['kind'], operations: ReadonlyMap<string, number>, variants: number): CrashCase[] {
  return [...operations].flatMap(([scene, count]) =>
    Array.from({ length: count * variants }, (_, index) => ({
      kind,
      scene,
      seed: SEED,
      point: 1 + Math.floor(index / variants),
      variant: index % variants,
    })),
  );
}
