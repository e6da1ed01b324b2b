import type { ClientSettings } from '../core/settings.js';
import { CliError } from './cli-error.js';

const KIB = 1024;

/** Options that limit a transfer, for `parseOne`. */
export const RATE_OPTIONS = {
  'download-limit': { type: 'string' },
  'upload-limit': { type: 'string' },
  ratio: { type: 'string' },
} as const;

export const RATE_USAGE = '[--download-limit KIB/S] [--upload-limit KIB/S] [--ratio R]';

type RateSettings = Pick<
  ClientSettings,
  'downloadLimitBytesPerSecond' | 'uploadLimitBytesPerSecond' | 'ratioLimitPercent'
>;

/** The settings that {@link RATE_OPTIONS} stand for; 0 is no limit. Throws {@link CliError}. */
export function rateSettings(values: {
  readonly [Name in keyof typeof RATE_OPTIONS]?: string | undefined;
}): RateSettings {
  return {
    downloadLimitBytesPerSecond: parseRate(values['download-limit']),
    uploadLimitBytesPerSecond: parseRate(values['upload-limit']),
    ratioLimitPercent: parseRatio(values.ratio),
  };
}

function parseRate(text = '0'): number {
  if (!/^\d{1,9}$/.test(text)) throw new CliError('usage', `${text} is no limit (whole KiB/s)`);
  return Number(text) * KIB;
}

function parseRatio(text = '0'): number {
  if (!/^\d{1,6}(\.\d+)?$/.test(text)) throw new CliError('usage', `${text} is no ratio (such as 1.5)`);
  return Math.round(Number(text) * 100);
}
