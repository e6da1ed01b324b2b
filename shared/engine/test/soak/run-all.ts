import { printFigures } from './figures.js';

/** Runs every case, whatever becomes of the others, prints those that fail as they do, and in the end how many there were. */
export async function runAll<T>(title: string, cases: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> {
  const started = performance.now();
  let failures = 0;
  const onFailure = (error: unknown) => {
    failures++;
    console.log(String(error));
  };
  for (const one of cases) await run(one).catch(onFailure);
  printFigures(title, {
    runs: cases.length,
    failures,
    'real seconds': (performance.now() - started) / 1000,
  });
  if (failures > 0) throw new Error(`${failures} of ${cases.length} failed`);
}
