import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { ISessionStore } from '../interfaces/session-store.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import { DamagedRecords } from './damaged-records.js';
import { FileStamps } from './file-stamps.js';
import { RecordReader } from './record-reader.js';
import { RecordError, required, seal, unseal } from './sealed-record.js';
import { SessionBackup } from './session-backup.js';
import { decodeSettings, encodeSettings } from './settings-record.js';
import type { ClientSettings } from './settings.js';
import { summarize } from './torrent-summary.js';
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
/** The backup waits until the start is over. */
const BACKUP_DELAY_MS = 30_000;

const TORRENT = 'torrent/';
const METADATA = 'metadata/';
const PROGRESS = 'progress/';
const STAMPS = 'files/';
const STATE = 'state/';
export const SETTINGS_KEY = 'settings';

/** What is stored of a torrent beside its record, read when the torrent is needed. */
export interface StoredContent {
  /** Undefined when it was never known or its record is damaged; it is fetched again. */
  readonly metadata: MetadataRecord | undefined;
  /** Undefined when there is none, or it is damaged: what is on disk has to be checked. */
  readonly progress: ProgressRecord | undefined;
  /** Undefined when there are none, or they are damaged: the sizes of the files have to do. */
  readonly stamps: FileStamps | undefined;
}

/** What is stored of a torrent beside its record. */
const PARTS = [METADATA, PROGRESS, STAMPS] as const;

/**
 * What is stored between sessions: for each torrent a record, its metadata and its progress, so that a finished piece rewrites little;
 * and the settings. The state in the store is complete at every moment; nothing waits for a good end.
 */
export class SessionManager {
  readonly #store: ISessionStore;
  readonly #logger: ILogger;
  readonly #reader: RecordReader;
  readonly #writes: WriteBehind;
  readonly #clock: IClock;
  readonly #backup: SessionBackup;
  /** Records that were met and set aside. */
  readonly damage: DamagedRecords;
  /** The torrents that have a record, readable or not. */
  #recordedIds: ReadonlySet<string> = new Set();
  #backupTimer: ITimer | undefined;

  constructor(options: {
    readonly store: ISessionStore;
    readonly clock: IClock;
    readonly logger: ILogger;
    /** There is more, or less, to tell of what was damaged. */
    readonly onDamage?: () => void;
  }) {
    this.#store = options.store;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#backup = new SessionBackup(options.store);
    this.damage = new DamagedRecords(options.store, () => options.onDamage?.());
    this.#reader = new RecordReader(options.store);
    this.#writes = new WriteBehind(options);
  }

  /** The settings that were changed. What cannot be read is left out. */
  async loadSettings(): Promise<Partial<ClientSettings>> {
    return (await this.#read(SETTINGS_KEY, decodeSettings)) ?? {};
  }

  /**
   * What the list needs of each torrent. A record that cannot be used costs nothing but itself: what the backup has takes its place. Rejects
   * only when the store cannot list its keys.
   */
  async loadTorrents(): Promise<readonly TorrentRecord[]> {
    const keys = await this.#store.keys(TORRENT);
    const loaded = await Promise.all(keys.map((key) => this.#loadTorrent(key)));
    this.#recordedIds = new Set(keys.map((key) => key.slice(TORRENT.length)));
    return loaded.filter((torrent) => torrent !== undefined);
  }

  /** Clears up after {@link loadTorrents}, in its own time: what removals left that were cut short, and a backup if all was well. */
  tidyUp(isKnown: (id: string) => boolean): void {
    this.#dropOrphans((id) => isKnown(id) || this.#recordedIds.has(id)).catch((error: unknown) => {
      this.#logger.warn('session', `what removed torrents left behind could not be listed: ${String(error)}`);
    });
    this.#backupTimer = this.#clock.setTimer(BACKUP_DELAY_MS, () => {
      this.#takeBackup().catch((error: unknown) => {
        this.#logger.warn('session', `no backup was made: ${String(error)}`);
      });
    });
  }

  /** Reads what a torrent consists of and how far it is. Never rejects: what cannot be read is undefined. */
  async loadContent(id: string): Promise<StoredContent> {
    const [metadata, progress, stamps] = await Promise.all([
      this.#read(METADATA + id, decodeMetadataRecord),
      this.#read(PROGRESS + id, decodeProgressRecord),
      this.#read(STAMPS + id, (bytes) => FileStamps.decode(bytes)),
    ]);
    return { metadata, progress, stamps };
  }

  /** The metadata alone; undefined when it was never known or its record is damaged. Rejects with the store's error. */
  async loadMetadata(id: string): Promise<MetadataRecord | undefined> {
    const bytes = await this.#store.get(METADATA + id);
    return bytes && this.#isGood(bytes, decodeMetadataRecord) ? decodeMetadataRecord(bytes) : undefined;
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

  /** Notes that the times of a torrent's files changed; they are read when they are written, soon. */
  saveStamps(id: string, stamps: FileStamps): void {
    this.#writes.schedule(STAMPS + id, () => stamps.encode(), PROGRESS_DELAY_MS);
  }

  /** The same at once, before something that depends on it. Rejects with the store's error. */
  saveProgressNow(id: string, current: () => ProgressRecord): Promise<void> {
    return this.#writes.put(PROGRESS + id, () => encodeProgressRecord(current()));
  }

  /** Forgets a torrent: first that it exists, then the rest. Rejects with the store's error. */
  async removeTorrent(id: string): Promise<void> {
    await this.#writes.put(TORRENT + id, nothing);
    await Promise.all(PARTS.map((part) => this.#writes.put(part + id, nothing)));
  }

  /** What a part of the client keeps of its own between sessions; undefined when there is nothing, or nothing that can be read. */
  async loadState(name: string): Promise<Uint8Array | undefined> {
    return this.#read(STATE + name, unsealBytes);
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
    this.#backupTimer?.cancel();
    await this.#writes.close();
    await this.#store.close();
  }

  async #loadTorrent(key: string): Promise<TorrentRecord | undefined> {
    const id = key.slice(TORRENT.length);
    const record = await this.#read(key, (bytes) => decodeTorrentOf(id, bytes), mendTorrent);
    if (!record) return undefined;
    return record.summary ? record : this.#withSummary(record);
  }

  /** For records of version 1, which had none: reads all that is stored of the torrent. */
  async #withSummary(record: TorrentRecord): Promise<TorrentRecord> {
    const { metadata, progress } = await this.loadContent(record.id);
    if (!metadata) return record;
    try {
      return { ...record, summary: summarize(metadata, progress, record.priorities) };
    } catch (error) {
      if (!(error instanceof MetainfoError)) throw error;
      // It fails when it is started, with that reason.
      return record;
    }
  }

  /** `mend`: of a copy that is good, what may take the place of a damaged record. */
  async #read<T>(
    key: string,
    decode: (bytes: Uint8Array) => T,
    mend: (copy: Uint8Array) => Uint8Array = same,
  ): Promise<T | undefined> {
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.#reader.get(key);
      return bytes && decode(bytes);
    } catch (error) {
      const reason =
        error instanceof RecordError ? error : new RecordError('unreadable', 'the store failed', { cause: error });
      return this.#replace({ key, bytes, error: reason }, decode, mend);
    }
  }

  /** Sets a record aside. Undefined when the backup has none for it, or it is one of a later release, which only that may replace. */
  async #replace<T>(
    {
      key,
      bytes,
      error,
    }: { readonly key: string; readonly bytes: Uint8Array | undefined; readonly error: RecordError },
    decode: (bytes: Uint8Array) => T,
    mend: (copy: Uint8Array) => Uint8Array,
  ): Promise<T | undefined> {
    const isLost = error.code === 'damaged' || error.code === 'invalid';
    const copy = isLost ? await this.#backup.find(key) : undefined;
    const isRecovered = copy !== undefined && this.#isGood(copy, decode);
    this.#logger.warn('session', `${key}: ${error.code}, ${error.message}; ${isRecovered ? 'recovered' : 'set aside'}`);
    await this.damage.add({ key, error, isRecovered }, bytes);
    if (!isRecovered) return undefined;
    const mended = mend(copy);
    this.#writes.schedule(key, () => mended, 0);
    return decode(mended);
  }

  #isGood(record: Uint8Array, decode: (bytes: Uint8Array) => unknown): boolean {
    try {
      decode(record);
      return true;
    } catch (error) {
      if (error instanceof RecordError) return false;
      throw error;
    }
  }

  /** A session of which something is missing is no good copy. */
  async #takeBackup(): Promise<void> {
    if (this.damage.untold.length > 0) return;
    const records = new Map<string, Uint8Array>();
    for (const key of [...(await this.#store.keys(TORRENT)), SETTINGS_KEY]) {
      const record = await this.#store.get(key);
      if (!record || (await this.damage.isDismissed(key, record))) continue;
      unseal(record);
      records.set(key, record);
    }
    if (records.size > 0) await this.#backup.take(records);
  }

  /** Removes what a removal that was cut short left behind. */
  async #dropOrphans(isKnown: (id: string) => boolean): Promise<void> {
    for (const prefix of PARTS) {
      for (const key of await this.#store.keys(prefix)) {
        if (!isKnown(key.slice(prefix.length))) this.#writes.schedule(key, nothing, 0);
      }
    }
  }
}

const nothing = (): undefined => undefined;
const same = (record: Uint8Array): Uint8Array => record;

/** Since the copy was made, the removal may have been taken back, and files copied to the user's folder. */
function mendTorrent(copy: Uint8Array): Uint8Array {
  return encodeTorrentRecord({ ...decodeTorrentRecord(copy), removal: undefined, arePlacesStale: true });
}

function decodeTorrentOf(id: string, bytes: Uint8Array): TorrentRecord {
  const record = decodeTorrentRecord(bytes);
  if (record.id !== id) throw new RecordError('invalid', `the record is of torrent ${record.id}`);
  return record;
}

function sealBytes(state: Uint8Array): Uint8Array {
  return seal({ state });
}

function unsealBytes(record: Uint8Array): Uint8Array {
  return required('state', unseal(record).getBytes('state')).slice();
}
