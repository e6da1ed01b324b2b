import { parseArgs } from 'node:util';
import { readFile, writeFile } from 'node:fs/promises';
import { describeMachine } from './measure/machine.js';
import { formatComparison } from './report/compare.js';
import { ROWS, ROWS_ON_REQUEST } from './rows/index.js';
import type { Row } from './rows/row.js';
import { Scratch } from './scratch.js';

const MIB = 1024 * 1024;
const list = (rows: readonly Row[]) => rows.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n');
const USAGE = `npm run bench -- [--row NAME]... [--runs N] [--size MIB] [--json FILE] [--compare FILE]

Runs the contestants of each row in turns and prints medians: of five runs, or of fewer where a row says so. --compare shows them beside
those of an earlier --json. Rows:
${list(ROWS)}
and only by name:
${list(ROWS_ON_REQUEST)}
`;

/** Resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      row: { type: 'string', multiple: true },
      runs: { type: 'string' },
      size: { type: 'string', default: '1024' },
      json: { type: 'string' },
      compare: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const all = [...ROWS, ...ROWS_ON_REQUEST];
  const rows = values.row ? all.filter(({ name }) => values.row?.includes(name)) : ROWS;
  const unknown = values.row?.filter((name) => !all.some((row) => row.name === name)) ?? [];
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  const sizeMib = Number(values.size);
  if (values.help || unknown.length > 0 || (runs !== undefined && !isCount(runs)) || !isCount(sizeMib)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const earlier =
    values.compare === undefined ? undefined : (JSON.parse(await readFile(values.compare, 'utf8')) as unknown);
  // The peers and the scratch folder end with this process, however it ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const scratch = new Scratch();
  const report = { measuredAt: new Date().toISOString(), machine: describeMachine(), rows: [] as object[] };
  const save = async () => {
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  };
  // At once, so that a path that cannot be written ends the benchmark before its hour, not after.
  await save();
  let exitCode = 0;
  for (const row of rows) {
    try {
      const { result, table } = await row.measure({ runs, scratch, sizeBytes: sizeMib * MIB });
      process.stdout.write(`\n${table}\n`);
      report.rows.push(result);
      await save();
    } catch (error) {
      console.error(`${row.name}:`, error);
      exitCode = 1;
    }
  }
  if (earlier !== undefined) process.stdout.write(`\n${formatComparison(earlier, report)}\n`);
  return exitCode;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
