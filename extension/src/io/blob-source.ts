import type { IReadableFiles } from '@jstorrent/engine';

/** Files that the browser itself can copy from, without their bytes coming through this process. */
export interface BlobSource {
  /** The file as it is now; unreadable once it is written to. Rejects as `IReadableFiles.open` does. */
  blobAt(path: string): Promise<Blob>;
}

export function isBlobSource(files: IReadableFiles): files is IReadableFiles & BlobSource {
  return 'blobAt' in files;
}
