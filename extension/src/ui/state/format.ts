import { isolated, language, t, tn } from '../../i18n/t.js';

/** Figures as people read them, in the language of the browser. Decimal units; widths stay small and steady. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

const formats = new Map<number, Intl.NumberFormat>();

/** A number with so many decimals. */
export function formatDecimal(value: number, decimals: number): string {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat(language(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  return format.format(value);
}

/** `12.3 MB`: three figures at most after the first unit. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return isolated(`${formatDecimal(value, decimals)} ${UNITS[unit] ?? 'B'}`);
}

/** `12.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return t('perSecond', { amount: formatBytes(bytesPerSecond) });
}

/** `45 %`, rounded down: only what is complete says 100. */
export function formatPercent(fraction: number): string {
  return t('percent', { value: formatDecimal(Math.floor(Math.min(1, Math.max(0, fraction)) * 100), 0) });
}

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** `40 s`, `3 min`, `1 h 20 min`, `2 days`; undefined beyond 100 days, which says nothing any more. */
export function formatDuration(seconds: number): string | undefined {
  if (!Number.isFinite(seconds) || seconds > 100 * SECONDS_PER_DAY) return undefined;
  if (seconds < SECONDS_PER_MINUTE) return t('seconds', { value: Math.max(1, Math.ceil(seconds)) });
  if (seconds < SECONDS_PER_HOUR) return t('minutes', { value: Math.ceil(seconds / SECONDS_PER_MINUTE) });
  if (seconds < 2 * SECONDS_PER_DAY) {
    const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
    const [whole, rest] = [Math.floor(minutes / 60), minutes % 60];
    return rest > 0 ? t('hoursMinutes', { hours: whole, minutes: rest }) : t('hours', { value: whole });
  }
  return tn('days', Math.round(seconds / SECONDS_PER_DAY));
}

/** The same in the midst of a sentence, where something has to stand. */
export const formatLong = (seconds: number): string => formatDuration(seconds) ?? t('aLongTime');

/** `one, two, three`. */
export function joinList(parts: readonly string[]): string {
  const [last, ...before] = [...parts].reverse();
  return before.reduce((rest, first) => t('list', { first, rest }), last ?? '');
}

/** A day and a time. */
export const formatTime = (time: number): string => new Date(time).toLocaleString(language());
