import { parseArgs } from 'node:util';
import { writeFile } from 'node:fs/promises';
import { describeMachine } from './measure/machine.js';
import { ROWS } from './rows/index.js';
import { Scratch } from './scratch.js';

const MIB = 1024 * 1024;
const USAGE = `npm run bench -- [--row NAME]... [--runs N] [--size MIB] [--json FILE]

Runs the contestants of each row in turns, N times (3; from magnet on 5), and prints medians. Rows:
${ROWS.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}
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
      help: { type: 'boolean', default: false },
    },
  });
  const rows = ROWS.filter(({ name }) => values.row?.includes(name) ?? true);
  const unknown = values.row?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  const sizeMib = Number(values.size);
  if (values.help || unknown.length > 0 || (runs !== undefined && !isCount(runs)) || !isCount(sizeMib)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
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
  return exitCode;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
