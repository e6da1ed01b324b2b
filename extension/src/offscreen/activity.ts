import type { TorrentState } from '@jstorrent/engine';

type Kind = TorrentState['kind'];

const DOWNLOADING: ReadonlySet<Kind> = new Set(['downloading', 'metadata']);

/** What a torrent does; one whose copying waits for its folder, or for its user, does nothing that must reach its end. */
export function workOf(torrent: {
  readonly state: Pick<TorrentState, 'kind'>;
  readonly publishing: { readonly attention: unknown };
}): Kind {
  const { kind } = torrent.state;
  return kind === 'publishing' && torrent.publishing.attention !== undefined ? 'seeding' : kind;
}

/** What the torrents do together, known without asking each of them. */
export class Activity {
  readonly #kinds = new Map<string, Kind>();
  readonly #counts = new Map<Kind, number>();

  /** `kind` undefined: the torrent is gone. */
  set(torrentId: string, kind: Kind | undefined): void {
    const before = this.#kinds.get(torrentId);
    if (kind === before) return;
    if (before !== undefined) this.#counts.set(before, this.#count(before) - 1);
    if (kind === undefined) this.#kinds.delete(torrentId);
    else this.#kinds.set(torrentId, kind);
    if (kind !== undefined) this.#counts.set(kind, this.#count(kind) + 1);
  }

  /** Torrents that download or look for their metadata. */
  get downloads(): number {
    return [...DOWNLOADING].reduce((sum, kind) => sum + this.#count(kind), 0);
  }

  /** Files are being copied into a folder of the user's. */
  get isPublishing(): boolean {
    return this.#count('publishing') > 0;
  }

  /** Something goes on that should reach its end while nobody is at the computer. */
  get isBusy(): boolean {
    return this.downloads > 0 || this.isPublishing || this.#count('checking') > 0;
  }

  #count(kind: Kind): number {
    return this.#counts.get(kind) ?? 0;
  }
}
