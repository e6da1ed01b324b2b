/**
 * `npm test`: sets up what is missing, then checks everything and ends with one line of totals. A step that fails does not keep the
 * others from running. With `-- --only NAME...` only those vitest projects run, without linting.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkNode,
  ensureDependencies,
  ensurePrograms,
  TEST_PROGRAMS,
  tool,
  tryRun,
  tryRunBeside,
} from './bootstrap.mjs';

/** Vitest projects that run side by side; the others load the machine so much that each runs by itself. */
const FAST_PROJECTS = ['engine', 'bridge-protocol', 'daemon-bridge', 'extension'];
const HEAVY_PROJECTS = ['simulation', 'interop', 'e2e'];

const [option, ...names] = process.argv.slice(2);
const known = [...FAST_PROJECTS, ...HEAVY_PROJECTS];
if (
  option !== undefined &&
  (option !== '--only' || names.length === 0 || !names.every((name) => known.includes(name)))
) {
  process.stderr.write(`usage: npm test [-- --only NAME...], NAME one of ${known.join(', ')}\n`);
  process.exit(2);
}

checkNode();
ensureDependencies();
ensurePrograms(TEST_PROGRAMS);

const started = performance.now();
const failedSteps = [];
const step = (title, command, args) => {
  if (tryRun(title, command, args) !== 0) failedSteps.push(title);
};

/** Steps of which each needs the one before, while others go on beside them. */
const lane = async (steps) => {
  for (const [title, command, ...args] of steps) {
    if ((await tryRunBeside(title, tool(command), args)) !== 0) failedSteps.push(title);
  }
};

const isComplete = option === undefined;
// Linting takes as long as all the others together.
await Promise.all([
  lane(isComplete ? [['Lint', 'eslint', '.']] : []),
  lane([
    ['Types', 'tsc', '-b'],
    ['Extension build', 'vite', 'build', '--logLevel', 'warn'],
    ...(isComplete
      ? [
          ['Format', 'prettier', '--check', '--log-level', 'warn', '.'],
          ['Unused code', 'knip'],
        ]
      : []),
  ]),
]);

const totals = { passed: 0, failed: 0, skipped: 0 };
const chosen = (projects) => projects.filter((name) => option === undefined || names.includes(name));
runTests(chosen(FAST_PROJECTS));
for (const project of chosen(HEAVY_PROJECTS)) runTests([project]);

process.stdout.write(`\nAll of it took ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
if (failedSteps.length > 0) process.stdout.write(`Steps that failed: ${failedSteps.join(', ')}\n`);
// The last line stands alone in this form so that other programs can read it.
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exit(failedSteps.length === 0 && totals.failed === 0 ? 0 : 1);

function runTests(projects) {
  if (projects.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  step(`Tests: ${projects.join(', ')}`, tool('vitest'), [
    'run',
    ...reporters,
    ...projects.flatMap((name) => ['--project', name]),
  ]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += numPassedTests;
    totals.failed += numFailedTests;
    totals.skipped += numPendingTests + numTodoTests;
  } catch {
    // No report: vitest did not get so far, and the step counts as failed.
  }
  rmSync(folder, { recursive: true });
}
