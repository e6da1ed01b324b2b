/** Figures as people read them. Decimal units; widths stay small and steady. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `12.3 MB`: three figures at most after the first unit. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(decimals)} ${UNITS[unit] ?? 'B'}`;
}

/** `12.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `45 %`, rounded down: only what is complete says 100. */
export function formatPercent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** `40 s`, `3 min`, `1 h 20 min`, `2 days`; undefined beyond 100 days, which says nothing any more. */
export function formatDuration(seconds: number): string | undefined {
  if (!Number.isFinite(seconds) || seconds > 100 * SECONDS_PER_DAY) return undefined;
  if (seconds < SECONDS_PER_MINUTE) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < SECONDS_PER_HOUR) return `${Math.ceil(seconds / SECONDS_PER_MINUTE)} min`;
  if (seconds < 2 * SECONDS_PER_DAY) {
    const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''}`;
  }
  return `${Math.round(seconds / SECONDS_PER_DAY)} days`;
}

/** `1 peer`, `3 peers`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
