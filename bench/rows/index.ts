import { extensionRows } from './extension.js';
import { leechRows } from './leech.js';
import type { Row } from './row.js';

/** Every row, in the order in which they run. */
export const ROWS: readonly Row[] = [...leechRows, ...extensionRows];
