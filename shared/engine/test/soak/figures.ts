/** Prints what a long run measured: a soak is read by people as well as judged by its assertions. */
export function printFigures(run: string, figures: Readonly<Record<string, string | number>>): void {
  const lines = Object.entries(figures).map(([name, value]) => {
    const text = typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value;
    return `  ${name.padEnd(44)} ${text}`;
  });
  console.log([`\n${run}`, ...lines].join('\n'));
}

/** MiB that live objects and their buffers take, after a collection where Node was started with `--expose-gc`. */
export function heapMiB(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
