import type { IClock } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { ISessionStore } from '../interfaces/session-store.js';
import { RecordError, required, seal, unseal } from './sealed-record.js';
import { decodeSettings, encodeSettings } from './settings-record.js';
import type { ClientSettings } from './settings.js';
import {
  decodeMetadataRecord,
  decodeProgressRecord,
  decodeTorrentRecord,
  encodeMetadataRecord,
  encodeProgressRecord,
  encodeTorrentRecord,
  type MetadataRecord,
  type ProgressRecord,
  type TorrentRecord,
} from './torrent-record.js';
import { WriteBehind } from './write-behind.js';

/** A verified piece is on record after so long at the latest. */
const PROGRESS_DELAY_MS = 1000;
/** Torrents read at the same time while loading. */
const LOAD_BATCH = 64;

const TORRENT = 'torrent/';
const METADATA = 'metadata/';
const PROGRESS = 'progress/';
const STATE = 'state/';
export const SETTINGS_KEY = 'settings';

/** A torrent as it was stored. */
export interface StoredTorrent {
  readonly record: TorrentRecord;
  /** Undefined when it was never known or its record is damaged; it is fetched again. */
  readonly metadata: MetadataRecord | undefined;
  /** Undefined when there is none, or it is damaged: what is on disk has to be checked. */
  readonly progress: ProgressRecord | undefined;
}

/** A record that was set aside. It stays in the store until something is written in its place. */
export interface DamagedRecord {
  readonly key: string;
  readonly error: RecordError;
}

export interface LoadedSession {
  readonly torrents: readonly StoredTorrent[];
  readonly settings: Partial<ClientSettings>;
  readonly damaged: readonly DamagedRecord[];
}

/**
 * What is stored between sessions: for each torrent a record, its metadata and its progress, so that a finished piece rewrites little;
 * and the settings. The state in the store is complete at every moment; nothing waits for a good end.
 */
export class SessionManager {
  readonly #store: ISessionStore;
  readonly #logger: ILogger;
  readonly #writes: WriteBehind;

  constructor(options: { readonly store: ISessionStore; readonly clock: IClock; readonly logger: ILogger }) {
    this.#store = options.store;
    this.#logger = options.logger;
    this.#writes = new WriteBehind(options);
  }

  /** Reads everything. A record that cannot be used costs nothing but itself. Rejects only when the store cannot list its keys. */
  async load(): Promise<LoadedSession> {
    const damaged: DamagedRecord[] = [];
    const torrents: StoredTorrent[] = [];
    const keys = await this.#store.keys(TORRENT);
    for (let start = 0; start < keys.length; start += LOAD_BATCH) {
      const batch = keys.slice(start, start + LOAD_BATCH).map((key) => this.#loadTorrent(key, damaged));
      torrents.push(...(await Promise.all(batch)).filter((torrent) => torrent !== undefined));
    }
    const settings = (await this.#read(SETTINGS_KEY, decodeSettings, damaged)) ?? {};
    await this.#dropOrphans(new Set(keys.map((key) => key.slice(TORRENT.length)))).catch((error: unknown) => {
      this.#logger.warn('session', `what removed torrents left behind could not be listed: ${String(error)}`);
    });
    return { torrents, settings, damaged };
  }

  /** Stores a torrent, new or changed. Resolves when it is durable; rejects with the store's error. */
  saveTorrent(record: TorrentRecord): Promise<void> {
    return this.#writes.put(TORRENT + record.id, () => encodeTorrentRecord(record));
  }

  /** Stores what a torrent consists of. Save it before the torrent's own record where both are new. */
  saveMetadata(id: string, metadata: MetadataRecord): Promise<void> {
    return this.#writes.put(METADATA + id, () => encodeMetadataRecord(metadata));
  }

  /**
   * Notes that a torrent's progress changed. It is read when it is written, at most a second from now, so that only pieces whose data
   * is written by then may be in it.
   */
  saveProgress(id: string, current: () => ProgressRecord): void {
    this.#writes.schedule(PROGRESS + id, () => encodeProgressRecord(current()), PROGRESS_DELAY_MS);
  }

  /** Forgets a torrent: first that it exists, then the rest. Rejects with the store's error. */
  async removeTorrent(id: string): Promise<void> {
    await this.#writes.put(TORRENT + id, nothing);
    await Promise.all([this.#writes.put(METADATA + id, nothing), this.#writes.put(PROGRESS + id, nothing)]);
  }

  /** What a part of the client keeps of its own between sessions; undefined when there is nothing, or nothing that can be read. */
  async loadState(name: string): Promise<Uint8Array | undefined> {
    return this.#read(STATE + name, unsealBytes, []);
  }

  /** Notes that such a state changed; `current` is read when it is written, soon. */
  saveState(name: string, current: () => Uint8Array): void {
    this.#writes.schedule(STATE + name, () => sealBytes(current()), PROGRESS_DELAY_MS);
  }

  saveSettings(settings: Partial<ClientSettings>): Promise<void> {
    return this.#writes.put(SETTINGS_KEY, () => encodeSettings(settings));
  }

  /** Makes everything that waits durable now. Never rejects; failures are logged. */
  flush(): Promise<void> {
    return this.#writes.flush();
  }

  /** Flushes, then closes the store. */
  async close(): Promise<void> {
    await this.#writes.close();
    await this.#store.close();
  }

  async #loadTorrent(key: string, damaged: DamagedRecord[]): Promise<StoredTorrent | undefined> {
    const id = key.slice(TORRENT.length);
    const record = await this.#read(key, decodeTorrentRecord, damaged);
    if (!record) return undefined;
    if (record.id !== id) {
      damaged.push({ key, error: new RecordError('invalid', `the record is of torrent ${record.id}`) });
      return undefined;
    }
    return {
      record,
      metadata: await this.#read(METADATA + id, decodeMetadataRecord, damaged),
      progress: await this.#read(PROGRESS + id, decodeProgressRecord, damaged),
    };
  }

  async #read<T>(key: string, decode: (bytes: Uint8Array) => T, damaged: DamagedRecord[]): Promise<T | undefined> {
    try {
      const bytes = await this.#store.get(key);
      return bytes && decode(bytes);
    } catch (error) {
      const reason =
        error instanceof RecordError ? error : new RecordError('unreadable', 'the store failed', { cause: error });
      this.#logger.warn('session', `${key} is set aside: ${reason.code}, ${reason.message}`);
      damaged.push({ key, error: reason });
      return undefined;
    }
  }

  /** Removes what a removal that was cut short left behind. */
  async #dropOrphans(known: ReadonlySet<string>): Promise<void> {
    for (const prefix of [METADATA, PROGRESS]) {
      for (const key of await this.#store.keys(prefix)) {
        if (!known.has(key.slice(prefix.length))) this.#writes.schedule(key, nothing, 0);
      }
    }
  }
}

const nothing = (): undefined => undefined;

function sealBytes(state: Uint8Array): Uint8Array {
  return seal({ state });
}

function unsealBytes(record: Uint8Array): Uint8Array {
  return required('state', unseal(record).getBytes('state')).slice();
}
