import { formatGrid } from './grid.js';

/** What a report's JSON holds, as far as two of them are compared: figures by name, whatever the row. */
type Json = number | string | null | readonly Json[] | { readonly [key: string]: Json };

/** Only these say how good it was; the others say how it was measured. */
const FIGURES: Readonly<Record<string, string>> = {
  bytesPerSecond: 'MB/s',
  cpuSecondsPerGib: 'CPU s/GiB',
  peakResidentBytes: 'peak RSS',
  peakHeapBytes: 'peak heap',
  usefulShare: 'useful',
  lastPercentSeconds: 'last 1 % s',
  own: 'figure',
  reference: 'reference',
};

/** The medians of two runs beside each other, in Markdown: those of contestants and of comparisons that are in both. */
export function formatComparison(earlier: unknown, now: unknown): string {
  const before = mediansOf(earlier as Json);
  const rows = [...mediansOf(now as Json)].flatMap(([name, figure]) => {
    const old = before.get(name);
    return old === undefined || old === 0 ? [] : [[name, short(old), short(figure), (figure / old).toFixed(2)]];
  });
  return `Compared with an earlier run\n\n${formatGrid([['figure', 'before', 'now', 'ratio'], ...rows])}`;
}

function mediansOf(report: Json): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const visit = (value: Json, path: readonly string[]) => {
    if (typeof value !== 'object' || value === null) return;
    if (isList(value)) {
      for (const item of value) visit(item, path);
      return;
    }
    const names = ['name', 'way'].flatMap((key) => (typeof value[key] === 'string' ? [value[key]] : []));
    for (const [key, child] of Object.entries(value)) {
      if (key !== 'medians') visit(child, [...path, ...names]);
      else
        for (const [figure, median] of Object.entries(child as Readonly<Record<string, Json>>))
          keep([...path, ...names], figure, median);
    }
  };
  const keep = (path: readonly string[], figure: string, median: Json) => {
    const title = FIGURES[figure];
    if (title !== undefined && typeof median === 'number') found.set([...path, title].join(', '), median);
  };
  visit(report, []);
  return found;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function short(figure: number): string {
  return figure >= 1e6 ? `${(figure / 1e6).toPrecision(4)} M` : figure.toPrecision(4);
}
