/** Prints what a long run measured: a soak is read by people as well as judged by its assertions. */
export function printFigures(run: string, figures: Readonly<Record<string, string | number>>): void {
  const lines = Object.entries(figures).map(([name, value]) => {
    const text = typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value;
    return `  ${name.padEnd(44)} ${text}`;
  });
  console.log([`\n${run}`, ...lines].join('\n'));
}

/** MiB that live objects take, after a collection where Node was started with `--expose-gc`. */
export function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
