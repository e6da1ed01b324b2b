import type { Torrent } from './torrent.js';

/** What a client tells. */
export interface ClientEvents {
  torrentAdded: [torrent: Torrent];
  torrentChanged: [torrent: Torrent];
  /** A torrent has every wanted piece now. */
  torrentCompleted: [torrent: Torrent];
  torrentRemoved: [id: string];
  /** The client's own snapshot or its settings differ. */
  changed: [];
}
