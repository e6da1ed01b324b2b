import { ViewPages } from '../../extension/e2e/view-pages.js';
import { loadAverage } from '../measure/machine.js';
import { median } from '../measure/median.js';
import { formatGrid } from '../report/grid.js';
import type { Row } from '../rows/row.js';
import { PaintBrowser } from './first-paint.js';
import { type LoadedView, measureUpdates, type ViewFigures } from './view-update.js';

const DEFAULT_RUNS = 5;
const [FEW, MANY] = [100, 10_000] as const;
const MB = 1e6;

const PAINTED: readonly (readonly [name: string, path: string])[] = [
  ['popup', 'extension/src/ui/popup/index.html'],
  ['side panel', 'extension/src/ui/sidepanel/index.html'],
  ['manager', 'extension/src/ui/manager/index.html'],
];

const LISTS: readonly (readonly [name: string, query: string])[] = [
  ['popup', 'view=popup'],
  ['newest first', 'view=manager'],
  ['fastest first', 'view=manager&column=down'],
];

const middle = (figures: readonly number[]): number => median(figures) ?? NaN;

const paintRow: Row = {
  name: 'view-paint',
  about: 'first paint of each view, compared with an empty page of the same extension',
  measure: async ({ runs = DEFAULT_RUNS, scratch }) => {
    const { name, about } = paintRow;
    const browser = await PaintBrowser.launch(scratch);
    const results = PAINTED.map(([view, path]) => ({ view, path, own: [] as number[], empty: [] as number[] }));
    try {
      // What is read from disk for the first time is slow whatever it is.
      for (const { path } of results) await browser.firstPaintMs(path);
      for (let run = 0; run < runs; run++) {
        for (const { path, own, empty } of results) {
          empty.push(await browser.emptyPaintMs());
          own.push(await browser.firstPaintMs(path));
        }
      }
    } finally {
      await browser.close();
    }
    const body = results.map(({ view, own, empty }) => [
      view,
      middle(own.map((ms, run) => ms / (empty[run] ?? NaN))).toFixed(2),
      middle(own).toFixed(0),
      middle(empty).toFixed(0),
    ]);
    const table = formatGrid([[name, 'ratio', 'ms', 'empty page ms'], ...body]);
    const title = `${about}; median of ${runs}, load ${loadAverage().toFixed(1)}`;
    return { result: { name, about, runs, results }, table: `${title}\n\n${table}` };
  },
};

const updateRow: Row = {
  name: 'view-update',
  about: `one update of 20 torrents in a view that lists ${MANY}, compared with ${FEW}`,
  measure: async ({ runs = DEFAULT_RUNS }) => {
    const { name, about } = updateRow;
    const pages = await ViewPages.build('load');
    const results = LISTS.map(([list, query]) => ({
      list,
      query,
      few: [] as ViewFigures[],
      many: [] as ViewFigures[],
    }));
    try {
      for (let run = 0; run < runs; run++) {
        for (const { list, query, few, many } of results) {
          const view = (count: number): LoadedView => ({ name: list, query, count });
          few.push(await measureUpdates(pages, view(FEW)));
          many.push(await measureUpdates(pages, view(MANY)));
        }
      }
    } finally {
      await pages.close();
    }
    const body = results.map(({ list, few, many }) => {
      const of = (figures: readonly ViewFigures[], figure: keyof ViewFigures): number =>
        middle(figures.map((one) => one[figure]));
      const ratio = (figure: keyof ViewFigures): string =>
        middle(many.map((one, run) => one[figure] / (few[run]?.[figure] ?? NaN))).toFixed(2);
      return [
        list,
        ratio('updateMs'),
        of(many, 'updateMs').toFixed(2),
        of(few, 'updateMs').toFixed(2),
        ratio('mainThreadMs'),
        of(many, 'mainThreadMs').toFixed(2),
        (of(many, 'heapBytes') / MB).toFixed(1),
        (of(few, 'heapBytes') / MB).toFixed(1),
      ];
    });
    const head = [name, 'x', 'update ms', `of ${FEW} ms`, 'x main thread', 'main thread ms', 'heap MB', `of ${FEW} MB`];
    const title = `${about}; median of ${runs}, load ${loadAverage().toFixed(1)}`;
    return { result: { name, about, runs, results }, table: `${title}\n\n${formatGrid([head, ...body])}` };
  },
};

/** How quickly the views are there, and what it costs them to follow. */
export const viewRows: readonly Row[] = [paintRow, updateRow];
