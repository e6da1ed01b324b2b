import { formatGrid } from './grid.js';
import type { ContestantResult, RowResult } from '../run-row.js';

interface Column {
  readonly title: string;
  readonly cell: (result: ContestantResult) => string;
}

const MEASURES: readonly Column[] = [
  { title: 'MB/s', cell: ({ medians }) => (medians.bytesPerSecond / 1e6).toPrecision(3) },
  { title: 'CPU s/GiB', cell: ({ medians }) => medians.cpuSecondsPerGib.toFixed(2) },
  { title: 'peak RSS MB', cell: ({ medians }) => (medians.peakResidentBytes / 1e6).toFixed(0) },
  { title: 'anonymous MB', cell: ({ medians }) => (medians.peakAnonymousBytes / 1e6).toFixed(0) },
  { title: 'heap MB', cell: ({ medians }) => orDash(medians.peakHeapBytes, (it) => (it / 1e6).toFixed(0)) },
  {
    title: 'useful',
    cell: ({ medians: { usefulShare: share } }) => orDash(share, (it) => `${(it * 100).toFixed(1)} %`),
  },
  { title: 'wasted blocks', cell: ({ medians }) => orDash(medians.wastedBlocks, (it) => it.toFixed(0)) },
  { title: 'first 1 % s', cell: ({ medians }) => orDash(medians.firstPercentSeconds, (it) => it.toFixed(2)) },
  { title: 'last 1 % s', cell: ({ medians }) => orDash(medians.lastPercentSeconds, (it) => it.toFixed(2)) },
  { title: 'others busy', cell: ({ medians }) => medians.otherProcessors.toFixed(1) },
  { title: 'load', cell: ({ medians }) => medians.loadAverage.toFixed(1) },
];

/** One row of the benchmark as a table in Markdown, ratios first. */
export function formatTable({ name, about, sizeBytes, runs, contestants }: RowResult): string {
  const references = [...new Set(contestants.flatMap(({ ratios }) => Object.keys(ratios)))];
  const columns: Column[] = [
    { title: name, cell: (result) => result.name },
    ...references.map((reference) => ({
      title: `x ${reference}`,
      cell: ({ ratios }: ContestantResult) => ratios[reference]?.toFixed(2) ?? '-',
    })),
    ...MEASURES,
  ];
  const rows = [columns.map(({ title }) => title), ...contestants.map((one) => columns.map(({ cell }) => cell(one)))];
  const title = `${about}; ${sizeBytes / 2 ** 20} MiB, median of ${runs}`;
  return `${title}\n\n${formatGrid(rows)}`;
}

function orDash(figure: number | undefined, format: (figure: number) => string): string {
  return figure === undefined ? '-' : format(figure);
}
