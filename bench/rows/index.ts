import { magnetRow } from '../magnet/magnet-row.js';
import { formatTable } from '../report/table.js';
import { runRow } from '../run-row.js';
import { sessionRows } from '../session/session-rows.js';
import { extensionRows } from './extension.js';
import { leechRows } from './leech.js';
import { publishRow } from './publish.js';
import type { Row, TransferRow } from './row.js';

const DEFAULT_TRANSFER_RUNS = 3;

/** Every row, in the order in which they run. */
export const ROWS: readonly Row[] = [
  ...[...leechRows, ...extensionRows, publishRow].map(transfer),
  magnetRow,
  ...sessionRows,
];

function transfer(row: TransferRow): Row {
  return {
    name: row.name,
    about: row.about,
    measure: async ({ runs = DEFAULT_TRANSFER_RUNS, ...settings }) => {
      const result = await runRow(row, { ...settings, runs });
      return { result, table: formatTable(result) };
    },
  };
}
