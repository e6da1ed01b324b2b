import { t } from '../../i18n/t.js';
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
    label: t('optionDownloadLimit'),
    hint: t('optionLimitHint'),
    placeholder: t('optionNone'),
    max: MAX_KB_PER_SECOND,
    unit: KB,
  },
  {
    name: 'uploadLimitBytesPerSecond',
    label: t('optionUploadLimit'),
    hint: t('optionLimitHint'),
    placeholder: t('optionNone'),
    max: MAX_KB_PER_SECOND,
    unit: KB,
  },
  {
    name: 'ratioLimitPercent',
    label: t('optionRatio'),
    hint: t('optionRatioHint'),
    placeholder: t('optionAsSet'),
    max: 100_000,
    unit: 1,
  },
  {
    name: 'seedingTimeLimitMinutes',
    label: t('optionSeedingTime'),
    hint: t('optionSeedingTimeHint'),
    placeholder: t('optionAsSet'),
    max: 10_000_000,
    unit: 1,
  },
];

/** The limit that somebody typed, null for nothing typed; undefined when the field does not take it. */
export function parseLimit({ max, unit }: LimitField, text: string): number | null | undefined {
  return text.trim() === '' ? null : parseNumber({ min: 0, max, unit }, text);
}
