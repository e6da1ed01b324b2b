import type { TorrentLimits } from '../../rpc/types.js';
import { parseNumber } from './settings-fields.js';

/** A limit of one torrent, as a person writes it: a whole number, or nothing where something else decides. */
export interface LimitField {
  readonly name: keyof TorrentLimits;
  readonly label: string;
  readonly hint: string;
  /** What holds while nothing is written. */
  readonly placeholder: string;
  readonly max: number;
  /** The limit is so many times what is written. */
  readonly unit: number;
}

const KB = 1000;
const MAX_KB_PER_SECOND = 1_000_000;

export const LIMIT_FIELDS: readonly LimitField[] = [
  {
    name: 'downloadLimitBytesPerSecond',
    label: 'Download limit',
    hint: 'kB/s, beside the limit of all downloads.',
    placeholder: 'none',
    max: MAX_KB_PER_SECOND,
    unit: KB,
  },
  {
    name: 'uploadLimitBytesPerSecond',
    label: 'Upload limit',
    hint: 'kB/s, beside the limit of all downloads.',
    placeholder: 'none',
    max: MAX_KB_PER_SECOND,
    unit: KB,
  },
  {
    name: 'ratioLimitPercent',
    label: 'Share up to',
    hint: 'Percent of what was downloaded; 0: no limit.',
    placeholder: 'as set',
    max: 100_000,
    unit: 1,
  },
  {
    name: 'seedingTimeLimitMinutes',
    label: 'Share for',
    hint: 'Minutes; 0: no limit.',
    placeholder: 'as set',
    max: 10_000_000,
    unit: 1,
  },
];

/** The limit that somebody typed, null for nothing typed; undefined when the field does not take it. */
export function parseLimit({ label, hint, max, unit }: LimitField, text: string): number | null | undefined {
  return text.trim() === '' ? null : parseNumber({ label, hint, min: 0, max, unit }, text);
}
