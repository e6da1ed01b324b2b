import type { DirectoryEntry, IFileSystem, IReadableFiles } from './filesystem.js';

/** The copying of one file into a folder. */
export interface PublishOptions {
  /** Ends it with what the signal was aborted with; nothing is left behind. */
  readonly signal: AbortSignal;
  /** Bytes copied so far; called now and then. */
  readonly onProgress: (bytes: number) => void;
}

/**
 * A folder of the user's that takes whole files only: where random writes are impossible or far too slow (File System Access API). Paths
 * are as those of {@link IFileSystem}; it rejects with `FileSystemError`, code `permission` when access to the folder is lost (all other
 * operations may then fail so too, until the user grants it again), `no-space` when its disk is full.
 */
export interface IPublishedFiles extends IReadableFiles {
  /** Entries of a folder, sorted by name, without what unfinished copies leave there; `''` is the folder itself. */
  list(path: string): Promise<readonly DirectoryEntry[]>;
  /** Removes a file, or a folder that is empty: what somebody has in one stays, and the folder with it. Fine when there is nothing. */
  remove(path: string): Promise<void>;
  /** Moves one file inside the folder, creating the parents of `to`. Rejects with `exists` when something is there. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Copies a whole file to `to`, creating its parents; nobody sees a part of it under that name. Rejects with `exists` when there is
   * something already, but for an empty file, which is what a copy cut short by a crash may leave behind, and which is replaced.
   */
  publish(
    source: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    options: PublishOptions,
  ): Promise<void>;
}

/**
 * Where torrents may lie. `direct`: pieces are written in place. `published`: pieces go to the client's staging root, the direct root
 * named `default`, and each finished file is copied to the folder once.
 */
export type DownloadRoot = (
  | { readonly kind: 'direct'; readonly files: IFileSystem }
  | {
      readonly kind: 'published';
      readonly files: IPublishedFiles;
      /** Of the parts in which a file comes there that is too big for staging; 64 MiB where it is left out. */
      readonly partBytes?: number;
    }
) & {
  /** Bytes that can still be written there; undefined when nobody knows. Where it is left out nobody knows either. */
  readonly freeBytes?: () => Promise<number | undefined>;
};
