import { printFigures } from './figures.js';

/** Runs every case, whatever becomes of the others, and prints how many there were; throws with all that failed. */
export async function runAll<T>(title: string, cases: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> {
  const started = performance.now();
  const failures: string[] = [];
  for (const one of cases) await run(one).catch((error: unknown) => failures.push(String(error)));
  printFigures(title, {
    runs: cases.length,
    failures: failures.length,
    'real seconds': (performance.now() - started) / 1000,
  });
  if (failures.length > 0) throw new Error(`${failures.length} of ${cases.length}:\n${failures.join('\n')}`);
}
