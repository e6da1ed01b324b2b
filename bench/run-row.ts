import { setTimeout as delay } from 'node:timers/promises';
import { type Measurement, measureAttempt } from './measure/attempt.js';
import { median } from './measure/median.js';
import type { Contestant } from './contestant.js';
import type { PreparedRow, RowSettings, TransferRow } from './rows/row.js';

const START_TIMEOUT_MS = 60_000;

export interface RowResult {
  readonly name: string;
  readonly about: string;
  readonly sizeBytes: number;
  readonly runs: number;
  readonly contestants: readonly ContestantResult[];
}

export interface ContestantResult {
  readonly name: string;
  /** Rate as a multiple of each reference's, by the reference's name: the median over rounds, each compared within itself. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly medians: Measurement;
  readonly measurements: readonly Measurement[];
}

/** Measures every contestant of a row, in turns, so that whatever else the machine does meets all of them. */
export async function runRow(
  row: TransferRow,
  { runs, ...settings }: RowSettings & { readonly runs: number },
): Promise<RowResult> {
  process.stderr.write(`${row.name}: preparing\n`);
  const prepared = await row.prepare(settings);
  try {
    const measurements = new Map<string, Measurement[]>(prepared.contestants.map(({ name }) => [name, []]));
    for (let run = 1; run <= runs; run++) {
      for (const contestant of prepared.contestants) {
        const measurement = await runOnce(contestant, prepared, settings);
        measurements.get(contestant.name)?.push(measurement);
        process.stderr.write(
          `${row.name}: ${contestant.name}, run ${run} of ${runs}: ${(measurement.bytesPerSecond / 1e6).toFixed(1)} MB/s ` +
            `(others used ${measurement.otherProcessors.toFixed(1)} processors, load ${measurement.loadAverage.toFixed(1)})\n`,
        );
      }
    }
    const contestants = [...measurements].map(([name, own]) => ({
      name,
      ratios: ratiosTo(row.references, own, measurements),
      medians: medianOf(own),
      measurements: own,
    }));
    return { name: row.name, about: row.about, sizeBytes: prepared.sizeBytes, runs, contestants };
  } finally {
    await prepared.close();
  }
}

async function runOnce(contestant: Contestant, row: PreparedRow, { scratch }: RowSettings): Promise<Measurement> {
  // Whatever one that hangs has started ends with this process at the latest.
  const attempt = await withDeadline(contestant.start(scratch), `${contestant.name} did not start`);
  const ballast = scratch.ballast(row.writtenBytes ?? row.sizeBytes);
  try {
    return await measureAttempt(attempt, row.sizeBytes);
  } finally {
    ballast.close();
    await attempt.close();
  }
}

async function withDeadline<T>(work: Promise<T>, message: string): Promise<T> {
  const deadline = new AbortController();
  const late = delay(START_TIMEOUT_MS, undefined, deadline).then(() => {
    throw new Error(message);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    deadline.abort();
  }
}

function ratiosTo(
  references: readonly string[],
  own: readonly Measurement[],
  all: ReadonlyMap<string, readonly Measurement[]>,
): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const reference of references) {
    const theirs = all.get(reference) ?? [];
    const perRound = own.flatMap(({ bytesPerSecond }, round) => {
      const other = theirs[round];
      return other ? [bytesPerSecond / other.bytesPerSecond] : [];
    });
    const ratio = median(perRound);
    if (ratio !== undefined) ratios[reference] = ratio;
  }
  return ratios;
}

function medianOf(measurements: readonly Measurement[]): Measurement {
  const of = (figure: (measurement: Measurement) => number) => median(measurements.map(figure)) ?? NaN;
  const ofSome = (figure: (measurement: Measurement) => number | undefined) =>
    median(measurements.flatMap((measurement) => figure(measurement) ?? []));
  return {
    seconds: of(({ seconds }) => seconds),
    bytesPerSecond: of(({ bytesPerSecond }) => bytesPerSecond),
    cpuSecondsPerGib: of(({ cpuSecondsPerGib }) => cpuSecondsPerGib),
    peakResidentBytes: of(({ peakResidentBytes }) => peakResidentBytes),
    peakAnonymousBytes: of(({ peakAnonymousBytes }) => peakAnonymousBytes),
    peakHeapBytes: ofSome(({ peakHeapBytes }) => peakHeapBytes),
    usefulShare: ofSome(({ usefulShare }) => usefulShare),
    wastedBlocks: ofSome(({ wastedBlocks }) => wastedBlocks),
    firstPercentSeconds: ofSome(({ firstPercentSeconds }) => firstPercentSeconds),
    lastPercentSeconds: ofSome(({ lastPercentSeconds }) => lastPercentSeconds),
    otherProcessors: of(({ otherProcessors }) => otherProcessors),
    loadAverage: of(({ loadAverage }) => loadAverage),
  };
}
