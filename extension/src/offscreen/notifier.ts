import type { TorrentSnapshot } from '@jstorrent/engine';

/** What a user who looks elsewhere is told of. */
export type NotificationKind = 'finished' | 'failed' | 'attention';

type Seen = Pick<TorrentSnapshot, 'state' | 'completedAt' | 'attention'>;

/** Tells once of each download that finishes, fails or needs its user. What was so before the first look is no news. */
export class Notifier {
  readonly #seen = new Map<string, { readonly isComplete: boolean; readonly trouble: NotificationKind | undefined }>();

  constructor(private readonly tell: (kind: NotificationKind, name: string) => void) {}

  /** `torrent` undefined: it is gone. */
  look(torrentId: string, torrent: (Seen & Pick<TorrentSnapshot, 'name'>) | undefined): void {
    if (!torrent) {
      this.#seen.delete(torrentId);
      return;
    }
    const before = this.#seen.get(torrentId);
    const now = { isComplete: torrent.completedAt !== undefined, trouble: troubleOf(torrent) };
    this.#seen.set(torrentId, now);
    if (!before) return;
    if (now.isComplete && !before.isComplete) this.tell('finished', torrent.name);
    if (now.trouble && now.trouble !== before.trouble) this.tell(now.trouble, torrent.name);
  }
}

function troubleOf({ state, attention }: Seen): NotificationKind | undefined {
  if (state.kind === 'failed') return 'failed';
  return state.kind === 'awaiting-choice' || attention ? 'attention' : undefined;
}
