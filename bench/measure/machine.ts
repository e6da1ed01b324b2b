import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';

const TICKS_PER_SECOND = 100;

/** For the report: figures of different machines are not comparable. */
export function describeMachine() {
  const processors = cpus();
  return {
    processors: processors.length,
    model: processors[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    kernel: `${release()} ${arch()}`,
    node: process.version,
  };
}

/** Processes that run or want to, averaged over the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/** CPU time that the whole machine has spent since it started, without waiting. */
export function machineCpuSeconds(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts) / TICKS_PER_SECOND;
}
