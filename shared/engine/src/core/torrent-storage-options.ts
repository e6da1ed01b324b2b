import type { DownloadRoots } from './download-roots.js';
import type { DownloaderEvents } from './downloader.js';
import type { SessionManager, StoredContent } from './session-manager.js';
import type { ClientSettings } from './settings.js';
import type { StorageRoom } from './storage-room.js';
import type { StorageResources } from './torrent-content.js';
import type { MetadataRecord, TorrentRecord } from './torrent-record.js';
import type { TorrentStats } from './torrent-stats.js';
import type { UploaderEvents } from './uploader.js';

/** What the storage of a torrent shares with others. */
export interface StorageContext {
  readonly network: { readonly clock: { now(): number } };
  readonly storage: StorageResources;
  readonly session: SessionManager;
  settings(): ClientSettings;
  readonly roots: DownloadRoots;
  readonly room: StorageRoom;
  /** Makes a record of raw metadata: chooses where each file lies. Throws `MetainfoError` for metadata that cannot be used. */
  describe(id: string, root: string, info: Uint8Array): MetadataRecord;
}

export interface TorrentStorageOptions {
  readonly id: string;
  /** As it is at the moment. */
  readonly record: () => TorrentRecord;
  /** What is stored beside the record, where that is known; undefined reads it when it is needed. */
  readonly stored: StoredContent | undefined;
  readonly stats: TorrentStats;
  readonly context: StorageContext;
  /** Changes the torrent's record; resolves when that is durable, rejects with the store's error. */
  readonly store: (changes: Partial<TorrentRecord>) => Promise<void>;
  readonly events: TorrentStorageEvents;
}

export interface TorrentStorageEvents extends DownloaderEvents, UploaderEvents {
  /** How far the copying to the user's folder is, or what it waits for, differs. */
  publishingChanged(): void;
  /** What lies in the user's folder may be other than what was verified. */
  folderChanged(): void;
  /** What made the torrent fail may be over. */
  tryAgain(): void;
}

/** Why files are hashed: on somebody's wish, or because some were found to be changed by others. */
export type Doubt = 'everything' | 'what-changed';

/** Puts files elsewhere and says what changes on record. `onProgress`: 0 to 1. */
export type Rearrangement = (onProgress: (share: number) => void) => Promise<Partial<TorrentRecord>>;

export interface CheckOptions {
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (share: number) => void;
}
