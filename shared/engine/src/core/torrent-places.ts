import type { DownloadRoots } from './download-roots.js';
import type { KeyedTurns } from './keyed-turns.js';
import type { OwningTorrent } from './paths-of-others.js';
import { moveTorrent, relocateTorrent } from './torrent-move.js';
import { cleanName } from './torrent-label.js';
import { renameFiles } from './torrent-rename.js';
import type { Torrent } from './torrent.js';

/** Beside the ids of torrents: two that look for files at the same time would find the same. */
const RELOCATING = 'relocating';

interface TorrentPlacesOptions {
  readonly turns: KeyedTurns;
  readonly roots: DownloadRoots;
  /** Throws `UnknownTorrentError`. */
  readonly find: (id: string) => Torrent;
  /** What torrents beside this one have under a root. */
  readonly takenNames: (id: string, root: string) => readonly string[];
  /** All torrents whose files are still there, those on their way out too. */
  readonly owners: () => readonly (OwningTorrent & { readonly id: string })[];
}

/** Puts the files of a client's torrents elsewhere, or under another name. All reject with `UnknownTorrentError` for one that is not there. */
export class TorrentPlaces {
  readonly #options: TorrentPlacesOptions;

  constructor(options: TorrentPlacesOptions) {
    this.#options = options;
  }

  /** Moves a torrent's files to another download root. Rejects as {@link moveTorrent}. */
  move(id: string, root: string): Promise<void> {
    return this.#inTurn(id, (torrent) => moveTorrent(torrent, root, this.#options.roots));
  }

  /** Points a torrent to files of the user's that are there already. Rejects as {@link relocateTorrent}. */
  relocate(id: string, to: { readonly root: string; readonly path?: string }): Promise<void> {
    const { roots, owners, turns } = this.#options;
    return this.#inTurn(id, (torrent) =>
      turns.run(RELOCATING, () =>
        relocateTorrent(torrent, to, { roots, others: owners().filter((other) => other.id !== id) }),
      ),
    );
  }

  /** Gives the torrent's folder, or its only file, or with `fileIndex` one of its files, another name. Rejects as {@link renameFiles}. */
  renameFiles(id: string, change: { readonly name: string; readonly fileIndex?: number }): Promise<void> {
    const { roots, takenNames } = this.#options;
    return this.#inTurn(id, (torrent) =>
      renameFiles(torrent, change, { roots, takenNames: takenNames(id, torrent.record.root) }),
    );
  }

  /** Shows the torrent under another name; empty text: under its own again. Rejects with the store's error. */
  rename(id: string, name: string): Promise<void> {
    return this.#inTurn(id, (torrent) => torrent.storage.setOwnName(cleanName(name)));
  }

  #inTurn(id: string, work: (torrent: Torrent) => Promise<void>): Promise<void> {
    return this.#options.turns.run(id, () => work(this.#options.find(id)));
  }
}
