import { type Attempt, preciseNow } from '../contestant.js';
import { loadAverage, machineCpuSeconds } from './machine.js';
import { Milestones } from './milestones.js';
import { PeakWatch } from './peak-watch.js';
import { treeUsage } from './process-tree.js';

const MEMORY_INTERVAL_MS = 100;
const BLOCK_BYTES = 16 * 1024;

export interface Measurement {
  readonly seconds: number;
  readonly bytesPerSecond: number;
  readonly cpuSecondsPerGib: number;
  readonly peakResidentBytes: number;
  readonly peakAnonymousBytes: number;
  /** Of JavaScript heaps and buffers; undefined where nobody can look. */
  readonly peakHeapBytes: number | undefined;
  /** Of the payload that the sources sent, the part that was needed; undefined where nobody counts it. */
  readonly usefulShare: number | undefined;
  /** The rest of it, in blocks. */
  readonly wastedBlocks: number | undefined;
  /** Until one percent is verified; undefined where nobody tells. */
  readonly firstPercentSeconds: number | undefined;
  /** For the last percent. */
  readonly lastPercentSeconds: number | undefined;
  /** How busy the machine was beside the contestant's own processes, sources included, in processors. */
  readonly otherProcessors: number;
  /** One-minute load average when it began. */
  readonly loadAverage: number;
}

/** Takes all figures of one attempt. */
export async function measureAttempt(attempt: Attempt, sizeBytes: number): Promise<Measurement> {
  const load = loadAverage();
  const servedBefore = await attempt.servedBytes?.();
  const rootPid = await attempt.begin();
  const startedAt = preciseNow();
  let [peakResidentBytes, peakAnonymousBytes] = [0, 0];
  const look = () => {
    const usage = treeUsage(rootPid);
    peakResidentBytes = Math.max(peakResidentBytes, usage.residentBytes);
    peakAnonymousBytes = Math.max(peakAnonymousBytes, usage.anonymousBytes);
    return usage;
  };
  const cpuBefore = look().cpuSeconds;
  const machineBefore = machineCpuSeconds();
  const timer = setInterval(look, MEMORY_INTERVAL_MS);
  const heap = attempt.heapBytes && new PeakWatch(attempt.heapBytes);
  const milestones = attempt.verifiedShare && new Milestones(attempt.verifiedShare, startedAt);
  try {
    const finishedAt = await attempt.finish();
    const lookedAt = preciseNow();
    const cpuSeconds = look().cpuSeconds - cpuBefore;
    const otherSeconds = machineCpuSeconds() - machineBefore - cpuSeconds;
    const servedAfter = await attempt.servedBytes?.();
    const servedBytes =
      servedBefore === undefined || servedAfter === undefined ? undefined : servedAfter - servedBefore;
    const seconds = (finishedAt - startedAt) / 1000;
    return {
      seconds,
      bytesPerSecond: sizeBytes / seconds,
      cpuSecondsPerGib: cpuSeconds / (sizeBytes / 2 ** 30),
      peakResidentBytes,
      peakAnonymousBytes,
      peakHeapBytes: heap?.peak,
      usefulShare: servedBytes === undefined ? undefined : sizeBytes / servedBytes,
      wastedBlocks: servedBytes === undefined ? undefined : Math.max(0, servedBytes - sizeBytes) / BLOCK_BYTES,
      ...(milestones?.until(finishedAt) ?? { firstPercentSeconds: undefined, lastPercentSeconds: undefined }),
      otherProcessors: Math.max(0, otherSeconds / ((lookedAt - startedAt) / 1000)),
      loadAverage: load,
    };
  } finally {
    clearInterval(timer);
    milestones?.stop();
    await heap?.stop();
  }
}
