import type { IFileSystem } from '../interfaces/filesystem.js';
import type { SessionManager } from './session-manager.js';
import type { StorageResources } from './torrent-content.js';
import type { PeersContext } from './torrent-peers.js';
import type { MetadataRecord } from './torrent-record.js';
import type { TrackedTorrent, TrackerSet } from './tracker-set.js';

/** What a torrent shares with the others of its client. */
export interface TorrentContext extends PeersContext {
  readonly storage: StorageResources;
  readonly session: SessionManager;
  readonly createTrackers: (torrent: TrackedTorrent) => TrackerSet;
  root(name: string): IFileSystem | undefined;
  /** Makes a record of raw metadata: chooses where each file lies. Throws `MetainfoError` for metadata that cannot be used. */
  describe(id: string, root: string, info: Uint8Array): MetadataRecord;
}
