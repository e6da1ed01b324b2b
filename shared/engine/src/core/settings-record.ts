import { seal, unseal } from './sealed-record.js';
import { type ClientSettings, DEFAULT_SETTINGS } from './settings.js';

/** Integers as they are, booleans as 0 and 1. */
export function encodeSettings(settings: Partial<ClientSettings>): Uint8Array {
  return seal(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Number(value)])));
}

/** The settings a record holds; unknown names and values of the wrong kind are left out. Throws `RecordError`. */
export function decodeSettings(bytes: Uint8Array): Partial<ClientSettings> {
  const fields = unseal(bytes);
  const known = Object.entries(DEFAULT_SETTINGS).flatMap(([name, standard]) => {
    const value = fields.getInt(name);
    if (value === undefined || value < 0) return [];
    return [[name, typeof standard === 'boolean' ? value === 1 : value] as const];
  });
  return Object.fromEntries(known);
}
