import type { IHasher } from '../interfaces/hasher.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import { toHex } from '../utils/bytes.js';
import { plainText } from '../utils/plain-text.js';
import { DEFAULT_ROOT, type DownloadRoots } from './download-roots.js';
import { arePathsUsable, isSafePath, placeFiles } from './file-placement.js';
import { type FilePlace, NOTHING_PUBLISHED, type PublishedRecord } from './published-record.js';
import { decodeSessionFile, encodeSessionFile, type EntryProblem, type ExportedTorrent } from './session-file.js';
import type { KeyedTurns } from './keyed-turns.js';
import type { StoredContent } from './session-manager.js';
import { usableSettings } from './settings-ranges.js';
import type { ClientSettings } from './settings.js';
import { cleanLabel, cleanName } from './torrent-label.js';
import type { MetadataRecord, TorrentRecord, TorrentSummary } from './torrent-record.js';
import { summarize, totalsOf } from './torrent-summary.js';

/** What became of a torrent of an imported session. */
export interface ImportedTorrent {
  /** Undefined for one of which nothing could be read. */
  readonly torrent: { readonly id: string; readonly name: string } | undefined;
  /** `known`: it was here already, and is as it was. */
  readonly outcome: 'added' | 'known' | 'refused';
  /** Of a refused one. `not-stored`: the session store failed. */
  readonly reason?: EntryProblem | 'not-stored';
}

/** What was taken of an imported session. */
export interface ImportedSession {
  readonly torrents: readonly ImportedTorrent[];
  /** Names of the settings that were taken over. */
  readonly settings: readonly string[];
  /** What the program around the engine had added. */
  readonly host: Uint8Array | undefined;
}

interface PresentTorrent {
  readonly record: TorrentRecord;
  readonly metadata: MetadataRecord | undefined;
  readonly summary: TorrentSummary | undefined;
}

/** Its removal was still to be done. */
interface ReturnedTorrent {
  start(options: { readonly isForced: boolean }): void;
}

interface SessionTransferOptions {
  readonly hasher: IHasher;
  readonly roots: DownloadRoots;
  readonly session: { loadContent(id: string): Promise<Pick<StoredContent, 'metadata'>> };
  /** In the order of the queue. */
  readonly torrents: () => readonly PresentTorrent[];
  /** Those that hold, and those that were changed. */
  readonly settings: { readonly current: ClientSettings; readonly stored: Partial<ClientSettings> };
  readonly updateSettings: (changes: Partial<ClientSettings>) => Promise<void>;
  /** What torrents beside this one have under a root. */
  readonly takenNames: (id: string, root: string) => readonly string[];
  readonly turns: KeyedTurns;
  readonly isHere: (id: string) => boolean;
  /** As `Removals.makeWay`. */
  readonly makeWay: (id: string, root: string) => Promise<ReturnedTorrent | undefined>;
  /** Stores a new torrent. Rejects with the store's error. */
  readonly take: (record: TorrentRecord, metadata: MetadataRecord | undefined) => Promise<{ enqueue(): void }>;
}

/** Takes a whole session out into one file, and such a file in. */
export class SessionTransfer {
  readonly #options: SessionTransferOptions;

  constructor(options: SessionTransferOptions) {
    this.#options = options;
  }

  /** The settings that were changed, all torrents with their metadata in the order of the queue, and what the `host` adds. */
  async export({ host }: { readonly host?: Uint8Array } = {}): Promise<Uint8Array> {
    const { session, torrents, settings } = this.#options;
    const exported: ExportedTorrent[] = [];
    for (const { record, metadata, summary } of torrents()) {
      const known = metadata ?? (await session.loadContent(record.id)).metadata;
      exported.push({ record: { ...record, summary }, metadata: known });
    }
    return encodeSessionFile({ settings: settings.stored, torrents: exported, host });
  }

  /**
   * Adds the torrents that are not here; what there is of their files is checked. Takes over the settings that were never changed here.
   * Rejects with `RecordError` for what is no exported session, or what the store rejects settings with.
   */
  async import(file: Uint8Array): Promise<ImportedSession> {
    const { settings, torrents, host } = decodeSessionFile(file);
    const outcomes: ImportedTorrent[] = [];
    for (const entry of torrents) outcomes.push(await this.#bring(entry));
    const { stored } = this.#options.settings;
    const unset = Object.entries(usableSettings(settings)).filter(([name]) => !(name in stored));
    if (unset.length > 0) await this.#options.updateSettings(Object.fromEntries(unset));
    return { torrents: outcomes, settings: unset.map(([name]) => name), host };
  }

  async #bring(entry: ExportedTorrent | EntryProblem): Promise<ImportedTorrent> {
    if (typeof entry === 'string') return { torrent: undefined, outcome: 'refused', reason: entry };
    const { id } = entry.record;
    const torrent = { id, name: plainText(entry.record.ownName ?? entry.record.name) };
    try {
      return await this.#options.turns.run(id, async () => {
        const { desired, isForced } = entry.record;
        const returned = await this.#options.makeWay(id, this.#rootOf(entry));
        if (returned) {
          if (desired === 'started') returned.start({ isForced });
          return { torrent, outcome: 'added' };
        }
        if (this.#options.isHere(id)) return { torrent, outcome: 'known' };
        const { record, metadata } = await this.#asNewHere(entry);
        const taken = await this.#options.take(record, metadata);
        if (desired === 'started') taken.enqueue();
        return { torrent, outcome: 'added' };
      });
    } catch (error) {
      return { torrent, outcome: 'refused', reason: error instanceof MetainfoError ? 'invalid' : 'not-stored' };
    }
  }

  #rootOf({ record }: ExportedTorrent): string {
    return this.#options.roots.get(record.root) ? record.root : DEFAULT_ROOT;
  }

  /** As a torrent of which nothing is known but what it consists of. Throws `MetainfoError`. */
  async #asNewHere({ record, metadata }: ExportedTorrent): Promise<ExportedTorrent> {
    const { roots, settings } = this.#options;
    const root = this.#rootOf({ record, metadata });
    const published = roots.get(root)?.kind === 'published' ? NOTHING_PUBLISHED : undefined;
    const [name, label] = [plainText(record.name), cleanLabel(record.label ?? '')];
    const ownName = cleanName(record.ownName ?? '');
    const done = { removal: undefined, renaming: undefined, arePlacesStale: false, completedAt: undefined };
    const fresh = { ...record, ...done, name, ownName, label, root, published };
    // It is fetched again.
    if (!metadata || !(await this.#isOf(record.id, metadata)))
      return { record: { ...fresh, summary: undefined }, metadata: undefined };
    const taken = this.#options.takenNames(record.id, root);
    const { maxMetadataBytes } = settings.current;
    const placed = placeFiles(metadata.info, taken, { maxBytes: maxMetadataBytes });
    const isKept = arePathsUsable(metadata.paths, { fileCount: placed.paths.length, takenNames: taken });
    const paths = isKept ? metadata.paths : placed.paths;
    const described = { ...metadata, paths };
    const summary = { ...summarize(described, undefined, record.priorities), ...totalsOf(record.summary) };
    const isSamePlace = isKept && root === record.root && published && record.published;
    return {
      record: {
        ...fresh,
        summary,
        published: isSamePlace ? toBeChecked(isSamePlace, paths.length) : published,
      },
      metadata: described,
    };
  }

  async #isOf(id: string, { info }: MetadataRecord): Promise<boolean> {
    const { digest } = await this.#options.hasher.sha1(info.slice());
    return toHex(digest) === id;
  }
}

/** Nothing in the folder is taken for ours before it is checked. */
function toBeChecked({ places, names, splits }: PublishedRecord, fileCount: number): PublishedRecord {
  const isUsable = (index: number) => isSafePath(names.get(index) ?? '_');
  const isThere = (place: FilePlace, index: number) => (place === 'folder' || place === 'both') && isUsable(index);
  return {
    places: places.slice(0, fileCount).map((place, index) => (isThere(place, index) ? 'folder' : 'staged')),
    names: new Map([...names].filter(([index]) => index < fileCount && isUsable(index))),
    splits,
    claims: new Map(),
  };
}
