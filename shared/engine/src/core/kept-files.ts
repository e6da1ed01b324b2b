import { FileSystemError } from '../interfaces/filesystem.js';
import { DEFAULT_ROOT, type DownloadRoots } from './download-roots.js';
import type { SessionManager } from './session-manager.js';
import type { TorrentRecord } from './torrent-record.js';

const KEPT_STATE = 'kept-files';
/** The oldest are forgotten. */
const MAX_KEPT = 500;

/** What a torrent had under a direct root: a folder, or its only file. */
interface KeptEntry {
  readonly id: string;
  readonly name: string;
  readonly root: string;
}

/** What it has under its root; undefined while that is unknown. */
interface NamedTorrent {
  readonly record: TorrentRecord;
  readonly entryName: string | undefined;
}

/**
 * Names under which files of removed torrents stay, where pieces are written: no torrent but the same one, added again, may write into
 * them. A name is free again when nothing lies there any more.
 */
export class KeptFiles {
  readonly #session: Pick<SessionManager, 'loadState' | 'saveState'>;
  readonly #roots: Pick<DownloadRoots, 'get' | 'share' | 'writable'>;
  readonly #torrents: () => readonly NamedTorrent[];
  #entries: readonly KeptEntry[] = [];

  /** `torrents`: those that are here, or on their way out. */
  constructor(
    session: Pick<SessionManager, 'loadState' | 'saveState'>,
    roots: Pick<DownloadRoots, 'get' | 'share' | 'writable'>,
    torrents: () => readonly NamedTorrent[],
  ) {
    this.#session = session;
    this.#roots = roots;
    this.#torrents = torrents;
  }

  /** What an earlier session kept; any bytes may come in. Never rejects. */
  async load(): Promise<void> {
    this.#entries = decode(await this.#session.loadState(KEPT_STATE));
    void this.#dropGone();
  }

  /** What others than this torrent have, or left, in the place where pieces for `root` are written. */
  takenNames(id: string, root: string): readonly string[] {
    const present = this.#torrents().map(({ entryName: name, record: { id, root } }) => ({ id, name, root }));
    return [...present, ...this.#entries].flatMap((entry) =>
      entry.id !== id && this.#roots.share(entry.root, root) ? (entry.name ?? []) : [],
    );
  }

  /** The files of a torrent were removed, as far as its removal said. Never rejects. */
  async removed({ entryName: name, record }: NamedTorrent): Promise<void> {
    const { id, root: own, removal } = record;
    if (!name) return;
    const root = this.#roots.get(own)?.kind === 'direct' ? own : DEFAULT_ROOT;
    const kept = { id, name, root };
    const isKept = removal === 'without-files' && (await this.#isThere(kept));
    const others = this.#entries.filter((entry) => !isSame(entry, kept));
    if (isKept || others.length < this.#entries.length) this.#change(isKept ? [...others, kept] : others);
  }

  async #dropGone(): Promise<void> {
    const gone = new Set<KeptEntry>();
    for (const entry of this.#entries) if (!(await this.#isThere(entry))) gone.add(entry);
    if (gone.size > 0) this.#change(this.#entries.filter((entry) => !gone.has(entry)));
  }

  /** What cannot be looked at may be there. */
  async #isThere({ root, name }: KeptEntry): Promise<boolean> {
    if (!this.#roots.get(root)) return true;
    try {
      return (await this.#roots.writable(root).stat(name)) !== undefined;
    } catch (error) {
      if (error instanceof FileSystemError) return true;
      throw error;
    }
  }

  #change(entries: readonly KeptEntry[]): void {
    this.#entries = entries.slice(-MAX_KEPT);
    this.#session.saveState(KEPT_STATE, () => encode(this.#entries));
  }
}

function isSame(one: KeptEntry, other: KeptEntry): boolean {
  return one.id === other.id && one.name === other.name && one.root === other.root;
}

/** Lines of `id/name/root`: no name of a file has a slash or a line break. */
function encode(entries: readonly KeptEntry[]): Uint8Array {
  return new TextEncoder().encode(entries.map(({ id, name, root }) => `${id}/${name}/${root}`).join('\n'));
}

function decode(bytes: Uint8Array | undefined): readonly KeptEntry[] {
  const lines = bytes ? new TextDecoder().decode(bytes).split('\n') : [];
  return lines.slice(-MAX_KEPT).flatMap((line) => {
    const [id, name, ...root] = line.split('/');
    return id && name && root.length > 0 ? { id, name, root: root.join('/') } : [];
  });
}
