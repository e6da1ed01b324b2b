import type { IClock, TorrentSnapshot } from '@jstorrent/engine';

/** Trouble that is back so soon was never gone: it was only seen whether it is. */
const SAME_TROUBLE_MS = 60_000;

/** What a user who looks elsewhere is told of. */
export type NotificationKind = 'finished' | 'failed' | 'attention';

type Seen = Pick<TorrentSnapshot, 'state' | 'completedAt' | 'attention'>;

interface Trouble {
  readonly kind: NotificationKind;
  readonly reason: string;
}

interface Sight {
  readonly isComplete: boolean;
  readonly trouble: Trouble | undefined;
  /** The last that there was, and when it was seen last. */
  readonly earlier: (Trouble & { readonly at: number }) | undefined;
}

/** Tells once of each download that finishes, fails or needs its user. What was so before the first look is no news. */
export class Notifier {
  readonly #seen = new Map<string, Sight>();

  constructor(
    private readonly clock: Pick<IClock, 'now'>,
    private readonly tell: (kind: NotificationKind, name: string) => void,
  ) {}

  /** `torrent` undefined: it is gone. */
  look(torrentId: string, torrent: (Seen & Pick<TorrentSnapshot, 'name'>) | undefined): void {
    if (!torrent) {
      this.#seen.delete(torrentId);
      return;
    }
    const before = this.#seen.get(torrentId);
    const at = this.clock.now();
    const earlier = before?.trouble ? { ...before.trouble, at } : before?.earlier;
    const isComplete = torrent.completedAt !== undefined;
    const trouble = troubleOf(torrent);
    this.#seen.set(torrentId, { isComplete, trouble, earlier });
    if (!before) return;
    if (isComplete && !before.isComplete) this.tell('finished', torrent.name);
    if (!trouble) return;
    const isSame = trouble.kind === earlier?.kind && trouble.reason === earlier.reason;
    if (!isSame || at - earlier.at >= SAME_TROUBLE_MS) this.tell(trouble.kind, torrent.name);
  }
}

function troubleOf({ state, attention }: Seen): Trouble | undefined {
  if (state.kind === 'failed') return { kind: 'failed', reason: state.problem.code };
  if (state.kind === 'awaiting-choice') return { kind: 'attention', reason: state.kind };
  return attention && { kind: 'attention', reason: attention.code };
}
