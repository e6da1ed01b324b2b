import { BridgeProtocolError } from './errors.js';

/** Readers of untrusted JSON. Each throws `bad-payload`. */

export type JsonRecord = Readonly<Record<string, unknown>>;

export function readRecord(value: unknown): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('an object');
  return value as JsonRecord;
}

export function readString(record: JsonRecord, key: string): string {
  const value = record[key];
  if (typeof value !== 'string') throw bad(`text as ${key}`);
  return value;
}

export function readInteger(record: JsonRecord, key: string, range: { min: number; max: number }): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < range.min || value > range.max) {
    throw bad(`an integer from ${range.min} to ${range.max} as ${key}`);
  }
  return value;
}

export function readBoolean(record: JsonRecord, key: string): boolean {
  const value = record[key];
  if (typeof value !== 'boolean') throw bad(`true or false as ${key}`);
  return value;
}

export function readArray(record: JsonRecord, key: string): readonly unknown[] {
  const value = record[key];
  if (!Array.isArray(value)) throw bad(`a list as ${key}`);
  return value;
}

/** A map from text to text; absent is empty. */
export function readTexts(record: JsonRecord, key: string): Readonly<Record<string, string>> {
  const value = record[key];
  if (value === undefined) return {};
  const texts = readRecord(value);
  for (const name of Object.keys(texts)) readString(texts, name);
  return texts as Readonly<Record<string, string>>;
}

function bad(expected: string): BridgeProtocolError {
  return new BridgeProtocolError('bad-payload', `Expected ${expected}`);
}
