import { textOf } from '../protocol/bencode-value.js';
import type { BencodeDictionary } from '../protocol/bencode-value.js';
import { seal, unseal } from './sealed-record.js';
import { type ClientSettings, DEFAULT_SETTINGS, SEEDING_ORDERS } from './settings.js';

type SettingValue = ClientSettings[keyof ClientSettings];

/** Integers and texts as they are, booleans as 0 and 1. */
export function encodeSettings(settings: Partial<ClientSettings>): Uint8Array {
  const entries = Object.entries(settings) as [string, SettingValue][];
  return seal(
    Object.fromEntries(entries.map(([name, value]) => [name, value === true ? 1 : value === false ? 0 : value])),
  );
}

/** The settings a record holds; unknown names and values of the wrong kind are left out. Throws `RecordError`. */
export function decodeSettings(bytes: Uint8Array): Partial<ClientSettings> {
  const fields = unseal(bytes);
  const known = Object.entries(DEFAULT_SETTINGS).flatMap(([name, standard]) => {
    const value = valueOf(fields, name, standard as SettingValue);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

function valueOf(fields: BencodeDictionary, name: string, standard: SettingValue): SettingValue | undefined {
  if (typeof standard === 'object') return fields.getList(name)?.flatMap((item) => textOf(item) ?? []);
  if (typeof standard === 'string') {
    const text = fields.getText(name);
    return SEEDING_ORDERS.find((order) => order === text);
  }
  const value = fields.getInt(name);
  if (value === undefined || value < 0) return undefined;
  return typeof standard === 'boolean' ? value === 1 : value;
}
