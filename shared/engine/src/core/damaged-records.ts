import type { ISessionStore } from '../interfaces/session-store.js';
import { textOf } from '../protocol/bencode-value.js';
import { crc32 } from '../utils/crc32.js';
import { type RecordError, required, seal, unseal } from './sealed-record.js';

/** A record that could not be used. */
export interface DamagedRecord {
  readonly key: string;
  readonly error: RecordError;
  /** A copy from the backup took its place; else it is set aside and stays in the store until something is written there. */
  readonly isRecovered: boolean;
}

const DISMISSED_KEY = 'state/dismissed-damage';
/** Older ones are told of again. */
const MAX_DISMISSED = 1000;

/** The records of a session that could not be used, what the user knows of them, and a way to keep what is left of them. */
export class DamagedRecords {
  readonly #store: ISessionStore;
  readonly #onChange: () => void;
  readonly #all: DamagedRecord[] = [];
  /** Of those that the user need not be told of, what they are: a record that is damaged anew is another. */
  readonly #marks = new Map<DamagedRecord, string>();
  #dismissed: Promise<readonly string[]> | undefined;
  #untold: readonly DamagedRecord[] = [];

  /** `onChange`: there is more, or less, to tell the user. */
  constructor(store: ISessionStore, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
  }

  /** All that were met since the start. */
  get all(): readonly DamagedRecord[] {
    return this.#all;
  }

  /** Those that the user has not dismissed, in this session or an earlier one. */
  get untold(): readonly DamagedRecord[] {
    return this.#untold;
  }

  /** `bytes`: as it was found; undefined where the store did not give it. */
  async add(record: DamagedRecord, bytes: Uint8Array | undefined): Promise<void> {
    this.#all.push(record);
    if (bytes) {
      this.#marks.set(record, markOf(record.key, bytes));
      if (await this.isDismissed(record.key, bytes)) return;
    }
    this.#untold = [...this.#untold, record];
    this.#onChange();
  }

  /** The user knows that this record is damaged. */
  async isDismissed(key: string, bytes: Uint8Array): Promise<boolean> {
    this.#dismissed ??= this.#load();
    return (await this.#dismissed).includes(markOf(key, bytes));
  }

  /** The user knows. Where a record stays as it is, also in later sessions. Rejects with the store's error. */
  async dismiss(): Promise<void> {
    const marks = this.#untold.flatMap((record) => this.#marks.get(record) ?? []);
    this.#untold = [];
    this.#onChange();
    const before = await (this.#dismissed ??= this.#load());
    const dismissed = [...new Set([...before, ...marks])].slice(-MAX_DISMISSED);
    this.#dismissed = Promise.resolve(dismissed);
    await this.#store.put(DISMISSED_KEY, seal({ dismissed }));
  }

  /** What is left of those that have no copy, by their keys, sealed. Rejects with the store's error. */
  async export(): Promise<Uint8Array> {
    const left: Record<string, Uint8Array> = {};
    for (const { key, isRecovered } of this.#all) {
      const bytes = isRecovered ? undefined : await this.#store.get(key);
      if (bytes) left[key] = bytes;
    }
    return seal({ format: 'jstorrent-damaged-records', records: left });
  }

  async #load(): Promise<readonly string[]> {
    try {
      const record = await this.#store.get(DISMISSED_KEY);
      const list = record ? required('dismissed', unseal(record).getList('dismissed')) : [];
      return list.flatMap((mark) => textOf(mark) ?? []);
    } catch {
      // They are told of once more.
      return [];
    }
  }
}

const markOf = (key: string, bytes: Uint8Array): string => `${key} ${crc32(bytes)}`;

/** What there is to tell of them. */
export interface DamageReport {
  /** Torrents that are not in the list, for that. */
  readonly lostTorrents: number;
  /** The defaults hold. */
  readonly areSettingsLost: boolean;
  /** Torrents that a later release stored, and only that can read. */
  readonly newerTorrents: number;
  /** Records whose copy took their place, or whose content is found out anew. */
  readonly repaired: number;
}

/** Sums up for a user; undefined where there is nothing to tell. */
export function reportDamage(records: readonly DamagedRecord[]): DamageReport | undefined {
  if (records.length === 0) return undefined;
  const lost = records.filter(({ isRecovered }) => !isRecovered);
  const isTorrent = ({ key }: DamagedRecord) => key.startsWith('torrent/');
  const isNewer = ({ error }: DamagedRecord) => error.code === 'newer-version';
  const lostTorrents = lost.filter((record) => isTorrent(record) && !isNewer(record)).length;
  const newerTorrents = lost.filter((record) => isTorrent(record) && isNewer(record)).length;
  const areSettingsLost = lost.some(({ key }) => key === 'settings');
  const repaired = records.length - lostTorrents - newerTorrents - (areSettingsLost ? 1 : 0);
  return { lostTorrents, areSettingsLost, newerTorrents, repaired };
}
