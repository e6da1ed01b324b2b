import { magnetRow } from '../magnet/magnet-row.js';
import { formatTable } from '../report/table.js';
import { runRow } from '../run-row.js';
import { sessionRows } from '../session/session-rows.js';
import { viewRows } from '../views/view-rows.js';
import { extensionRows } from './extension.js';
import { leechRows, scalingRows, transmissionRow } from './leech.js';
import { loadRows } from './load.js';
import { publishRow } from './publish.js';
import type { Row, TransferRow } from './row.js';
import { seedRow } from './seed.js';

const DEFAULT_TRANSFER_RUNS = 5;

/** Every row that runs unasked, in that order. */
export const ROWS: readonly Row[] = [
  ...[...leechRows, seedRow, ...extensionRows, publishRow, ...scalingRows, ...loadRows].map(transfer),
  magnetRow,
  ...sessionRows,
  ...viewRows,
];

/** Rows that run only by name. */
export const ROWS_ON_REQUEST: readonly Row[] = [transfer(transmissionRow)];

function transfer(row: TransferRow): Row {
  return {
    name: row.name,
    about: row.about,
    measure: async ({ runs = row.runs ?? DEFAULT_TRANSFER_RUNS, ...settings }) => {
      const result = await runRow(row, { ...settings, runs });
      return { result, table: formatTable(result) };
    },
  };
}
