import type { HostStatus, TorrentDetails, TorrentSnapshot } from './types.js';

/** What the server reads from its host when it writes snapshots and deltas. */
export interface RpcModel {
  status(): HostStatus;
  torrents(): readonly TorrentSnapshot[];
  /** Undefined once the torrent is removed. */
  torrent(torrentId: string): TorrentSnapshot | undefined;
  details(torrentId: string): TorrentDetails | undefined;
  /** Before the first details: reads what they are made of, where that has not been done. Never rejects. */
  loadDetails(torrentId: string): Promise<unknown>;
}
