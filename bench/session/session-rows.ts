import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadAverage } from '../measure/machine.js';
import { median } from '../measure/median.js';
import { formatGrid } from '../report/grid.js';
import type { Row, RowSettings } from '../rows/row.js';

const DEFAULT_RUNS = 5;
const TORRENTS = 1000;
const SCRIPT = fileURLToPath(new URL('session-child.mjs', import.meta.url));
const run = promisify(execFile);

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
  readonly figure: { readonly title: string; readonly format: (figure: number) => string };
  readonly prepare: (settings: RowSettings) => Promise<readonly Comparison[]>;
}

export const sessionRows: readonly Row[] = [
  sessionRow({
    name: 'restore',
    about: `seconds to restore ${TORRENTS} one-file torrents: stopped ones until the list can be shown, 400 started ones until all seed`,
    figure: { title: 'ms', format: (seconds) => (seconds * 1000).toFixed(0) },
    prepare: async ({ scratch }) => {
      const folder = await madeSession(await scratch.folder('session'));
      const seconds = (task: string) => async () => (await child([task, folder])).seconds ?? NaN;
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
      const payload = await scratch.payload(sizeBytes);
      const metainfo = join(await scratch.folder('recheck'), 'payload.torrent');
      await child(['make-torrent', payload, 'payload.bin', metainfo]);
      const rate = async (...args: string[]) => sizeBytes / ((await child(args)).seconds ?? NaN);
      return [
        {
          name: 'engine',
          own: async () => rate('recheck', dirname(payload), await scratch.folder('session'), metainfo),
          reference: { name: 'read and hash', measure: () => rate('read-and-hash', payload) },
        },
      ];
    },
  }),
  sessionRow({
    name: 'idle-memory',
    about: `memory of ${TORRENTS} idle torrents, each; the reference is a client with none, as a whole`,
    figure: { title: 'KB', format: (bytes) => (bytes / 1000).toFixed(1) },
    prepare: async ({ scratch }) => {
      const folder = await madeSession(await scratch.folder('session'));
      const bytes = async (session: string) => (await child(['idle', folder, session])).bytes ?? NaN;
      return [
        {
          name: 'a torrent',
          own: async () => ((await bytes('stopped')) - (await bytes('empty'))) / TORRENTS,
          reference: { name: 'a client without torrents', measure: () => bytes('empty') },
        },
      ];
    },
  }),
];

function sessionRow({ name, about, figure, prepare }: SessionRow): Row {
  return {
    name,
    about,
    measure: async ({ runs = DEFAULT_RUNS, ...settings }) => {
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

async function madeSession(folder: string): Promise<string> {
  await child(['make-session', folder, String(TORRENTS)]);
  return folder;
}

/** Runs one task in a process of its own. */
async function child(args: readonly string[]): Promise<{ readonly seconds?: number; readonly bytes?: number }> {
  const { stdout } = await run(process.execPath, ['--expose-gc', SCRIPT, ...args]);
  return JSON.parse(stdout) as { readonly seconds?: number; readonly bytes?: number };
}
