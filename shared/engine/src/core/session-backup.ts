import type { ISessionStore } from '../interfaces/session-store.js';
import { equalBytes } from '../utils/bytes.js';
import { RecordError, required, seal, unseal } from './sealed-record.js';

/** The oldest makes way for a new one. */
const GENERATIONS = 3;
const keyOf = (slot: number) => `backup/${slot}`;

/** All records of a session that are small and cannot be had again, as they were at one time. */
interface Generation {
  readonly slot: number;
  /** The greater, the newer. */
  readonly sequence: number;
  /** The whole record. */
  readonly record: Uint8Array;
  find(key: string): Uint8Array | undefined;
}

/**
 * Copies of the records of torrents and settings, in a few generations, for the day on which one is found damaged. Metadata is not copied:
 * it is big, and peers have it; nor is progress, which the files tell.
 */
export class SessionBackup {
  readonly #store: ISessionStore;
  #loading: Promise<readonly Generation[]> | undefined;

  constructor(store: ISessionStore) {
    this.#store = store;
  }

  /** What the newest generation that has it holds for `key`. Never rejects. */
  async find(key: string): Promise<Uint8Array | undefined> {
    this.#loading ??= this.#load().catch(() => []);
    for (const generation of await this.#loading) {
      const record = generation.find(key);
      if (record) return record;
    }
    return undefined;
  }

  /** Makes a new generation of these records, unless the newest holds just these. Rejects with the store's error. */
  async take(records: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const generations = await this.#load();
    const [newest] = generations;
    const entries = Object.fromEntries(records);
    const encode = (sequence: number) => seal({ sequence, records: entries });
    if (newest && equalBytes(newest.record, encode(newest.sequence))) return;
    const used = new Map(generations.map(({ slot, sequence }) => [slot, sequence]));
    const slots = Array.from({ length: GENERATIONS }, (_, slot) => slot);
    const [oldest = 0] = slots.toSorted((a, b) => (used.get(a) ?? -1) - (used.get(b) ?? -1));
    await this.#store.put(keyOf(oldest), encode((newest?.sequence ?? 0) + 1));
  }

  /** Those that can be read, newest first. */
  async #load(): Promise<readonly Generation[]> {
    const generations: Generation[] = [];
    for (let slot = 0; slot < GENERATIONS; slot++) {
      const record = await this.#store.get(keyOf(slot));
      const generation = record && decode(slot, record);
      if (generation) generations.push(generation);
    }
    return generations.sort((a, b) => b.sequence - a.sequence);
  }
}

function decode(slot: number, record: Uint8Array): Generation | undefined {
  try {
    const fields = unseal(record);
    const records = required('records', fields.getDict('records'));
    const sequence = required('sequence', fields.getInt('sequence'));
    return { slot, sequence, record, find: (key) => records.getBytes(key)?.slice() };
  } catch (error) {
    if (error instanceof RecordError) return undefined;
    throw error;
  }
}
