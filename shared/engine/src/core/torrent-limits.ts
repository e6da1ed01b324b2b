import type { BencodeInput } from '../protocol/bencode-encoder.js';
import type { BencodeDictionary } from '../protocol/bencode-value.js';

/**
 * A torrent's own limits. Undefined: what the client's settings say holds. 0: none. A rate here holds beside the client's, which bounds all
 * torrents together.
 */
export interface TorrentLimits {
  /** Uploaded bytes in percent of those downloaded at which seeding ends. */
  readonly ratioLimitPercent: number | undefined;
  /** Time of seeding, over the torrent's life, at which it ends. */
  readonly seedingTimeLimitMinutes: number | undefined;
  readonly downloadLimitBytesPerSecond: number | undefined;
  readonly uploadLimitBytesPerSecond: number | undefined;
}

export const NO_OWN_LIMITS: TorrentLimits = {
  ratioLimitPercent: undefined,
  seedingTimeLimitMinutes: undefined,
  downloadLimitBytesPerSecond: undefined,
  uploadLimitBytesPerSecond: undefined,
};

/** In a torrent's record. */
const KEYS: { readonly [Name in keyof TorrentLimits]: string } = {
  ratioLimitPercent: 'ratio-limit',
  seedingTimeLimitMinutes: 'seeding-limit',
  downloadLimitBytesPerSecond: 'download-limit',
  uploadLimitBytesPerSecond: 'upload-limit',
};

const NAMES = Object.keys(KEYS) as (keyof TorrentLimits)[];

/** As fields of a torrent's record; what is undefined takes no room. */
export function encodeLimits(limits: TorrentLimits): { readonly [key: string]: BencodeInput | undefined } {
  return Object.fromEntries(NAMES.map((name) => [KEYS[name], limits[name]]));
}

/** Undefined where a field is missing or no limit. */
export function decodeLimits(fields: BencodeDictionary): TorrentLimits {
  return sanitizeLimits(Object.fromEntries(NAMES.map((name) => [name, fields.getInt(KEYS[name])])));
}

/** Only whole numbers that are not negative are limits; anything else is undefined. */
export function sanitizeLimits(limits: Partial<TorrentLimits>): TorrentLimits {
  const entries = NAMES.map((name) => [name, limits[name]] as const);
  const usable = entries.filter(([, value]) => value !== undefined && Number.isSafeInteger(value) && value >= 0);
  return { ...NO_OWN_LIMITS, ...Object.fromEntries(usable) };
}
