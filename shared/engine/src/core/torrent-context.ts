import type { NetworkContext } from './torrent-network.js';
import type { StorageContext } from './torrent-storage-options.js';

/** What a torrent shares with the others of its client. */
export type TorrentContext = NetworkContext & StorageContext;
