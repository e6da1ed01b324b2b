import { join } from 'node:path';
import { loadAverage } from '../measure/machine.js';
import { median } from '../measure/median.js';
import { formatGrid } from '../report/grid.js';
import type { Row, RowSettings } from '../rows/row.js';
import { makeSession, sessionTask } from './make-session.js';

const DEFAULT_RUNS = 5;
const TORRENTS = 1000;

/** Figures of one attempt, in a fresh process. */
interface Attempt {
  readonly figure: number;
  readonly loadAverage: number;
}

/** What is measured, and what it is compared with. */
interface Comparison {
  readonly name: string;
  readonly own: () => Promise<number>;
  readonly reference: { readonly name: string; readonly measure: () => Promise<number> };
}

interface ComparisonResult {
  readonly name: string;
  readonly reference: string;
  /** Ours over the reference's: the median over rounds, each compared within itself. */
  readonly ratio: number;
  readonly medians: { readonly own: number; readonly reference: number };
  readonly own: readonly Attempt[];
  readonly references: readonly Attempt[];
}

interface SessionRow {
  readonly name: string;
  readonly about: string;
  /** Five without it. */
  readonly runs?: number;
  readonly figure: { readonly title: string; readonly format: (figure: number) => string };
  readonly prepare: (settings: RowSettings) => Promise<readonly Comparison[]>;
}

export const sessionRows: readonly Row[] = [
  sessionRow({
    name: 'restore',
    about: `seconds to restore ${TORRENTS} one-file torrents: stopped ones until the list can be shown, started ones until all seed`,
    figure: { title: 'ms', format: (seconds) => (seconds * 1000).toFixed(0) },
    prepare: async ({ scratch }) => {
      const folder = await makeSession(scratch, TORRENTS);
      const seconds = (task: string) => async () => (await sessionTask([task, folder])).seconds ?? NaN;
      return ['stopped', 'started'].map((kind) => ({
        name: kind,
        own: seconds(`restore-${kind}`),
        reference: { name: 'bare read of the same', measure: seconds(`read-${kind}`) },
      }));
    },
  }),
  sessionRow({
    name: 'recheck',
    about: 'MB/s of finding out that a file is complete',
    figure: { title: 'MB/s', format: (rate) => (rate / 1e6).toPrecision(3) },
    prepare: async ({ scratch, sizeBytes }) => {
      const { folder, name } = await scratch.payload({ sizeBytes });
      const payload = join(folder, name);
      const metainfo = join(await scratch.folder('recheck'), 'payload.torrent');
      await sessionTask(['make-torrent', payload, name, metainfo]);
      const rate = async (...args: string[]) => sizeBytes / ((await sessionTask(args)).seconds ?? NaN);
      return [
        {
          name: 'engine',
          own: async () => rate('recheck', folder, await scratch.folder('session'), metainfo),
          reference: { name: 'read and hash', measure: () => rate('read-and-hash', payload) },
        },
      ];
    },
  }),
  sessionRow({
    name: 'idle-memory',
    about: `memory of ${TORRENTS} idle torrents, each; the reference is a client with none, as a whole`,
    figure: { title: 'KB', format: (bytes) => (bytes / 1000).toFixed(1) },
    runs: 3,
    prepare: async ({ scratch }) => {
      const folder = await makeSession(scratch, TORRENTS);
      const bytes = async (session: string) => (await sessionTask(['idle', folder, session])).bytes ?? NaN;
      return [
        {
          name: 'a torrent',
          own: async () => ((await bytes('stopped')) - (await bytes('empty'))) / TORRENTS,
          reference: { name: 'a client without torrents', measure: () => bytes('empty') },
        },
      ];
    },
  }),
  sessionRow({
    name: 'idle-cpu',
    about: `processor time of ${TORRENTS} seeding torrents without peers, of one processor`,
    figure: { title: '%', format: (share) => (share * 100).toFixed(3) },
    runs: 3,
    prepare: async ({ scratch }) => {
      const folder = await makeSession(scratch, TORRENTS);
      const share = async (session: string) => (await sessionTask(['idle-cpu', folder, session])).cpuShare ?? NaN;
      return [
        {
          name: 'all torrents',
          own: () => share('started'),
          reference: { name: 'a client without torrents', measure: () => share('empty') },
        },
      ];
    },
  }),
  sessionRow({
    name: 'picker',
    about: 'time of the piece manager for a block, from 8 seeds and 42 peers that get pieces meanwhile',
    figure: { title: 'ns', format: (seconds) => (seconds * 1e9).toFixed(0) },
    runs: 3,
    prepare: () => {
      const seconds = (pieces: number) => async () => (await sessionTask(['pick', String(pieces)])).seconds ?? NaN;
      const reference = { name: '1,000 pieces', measure: seconds(1000) };
      return Promise.resolve([
        { name: '20,000 pieces', own: seconds(20_000), reference },
        { name: '100,000 pieces', own: seconds(100_000), reference },
      ]);
    },
  }),
];

function sessionRow({ name, about, figure, prepare, runs: ownRuns = DEFAULT_RUNS }: SessionRow): Row {
  return {
    name,
    about,
    measure: async ({ runs = ownRuns, ...settings }) => {
      process.stderr.write(`${name}: preparing\n`);
      const comparisons = await prepare(settings);
      const attempts = comparisons.map((comparison) => ({
        comparison,
        own: [] as Attempt[],
        references: [] as Attempt[],
      }));
      for (let round = 1; round <= runs; round++) {
        for (const { comparison, own, references } of attempts) {
          own.push(await attempt(comparison.own));
          references.push(await attempt(comparison.reference.measure));
          const figures = [own, references].map((attempts) => figure.format(attempts.at(-1)?.figure ?? NaN));
          process.stderr.write(
            `${name}: ${comparison.name}, run ${round} of ${runs}: ${figures[0]} ${figure.title}, ` +
              `${comparison.reference.name} ${figures[1]} (load ${loadAverage().toFixed(1)})\n`,
          );
        }
      }
      const results = attempts.map(({ comparison, own, references }) => resultOf(comparison, own, references));
      const title = `${about}; median of ${runs}`;
      return { result: { name, about, runs, results }, table: `${title}\n\n${format(name, figure, results)}` };
    },
  };
}

async function attempt(measure: () => Promise<number>): Promise<Attempt> {
  const load = loadAverage();
  return { figure: await measure(), loadAverage: load };
}

function resultOf(
  { name, reference }: Comparison,
  own: readonly Attempt[],
  references: readonly Attempt[],
): ComparisonResult {
  const mid = (figures: readonly number[]) => median(figures) ?? NaN;
  return {
    name,
    reference: reference.name,
    ratio: mid(own.map(({ figure }, round) => figure / (references[round]?.figure ?? NaN))),
    medians: { own: mid(own.map(({ figure }) => figure)), reference: mid(references.map(({ figure }) => figure)) },
    own,
    references,
  };
}

function format(name: string, figure: SessionRow['figure'], results: readonly ComparisonResult[]): string {
  const head = [name, 'compared with', 'ratio', figure.title, `reference ${figure.title}`, 'load'];
  const body = results.map(({ name: own, reference, ratio, medians, own: attempts }) => [
    own,
    reference,
    ratio.toFixed(2),
    figure.format(medians.own),
    figure.format(medians.reference),
    (median(attempts.map((one) => one.loadAverage)) ?? NaN).toFixed(1),
  ]);
  return formatGrid([head, ...body], 2);
}
