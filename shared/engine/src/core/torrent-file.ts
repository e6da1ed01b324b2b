/** Where a file lies in a torrent's bytes. Files lie one after the other, empty ones included. */
export interface FileExtent {
  /** In bytes; may be 0. */
  readonly length: number;
  /** In bytes from the start of the torrent. */
  readonly offset: number;
}

/** One file of a torrent. */
export class TorrentFile implements FileExtent {
  constructor(
    /** Safe, relative to the download root, `/` between elements. */
    readonly path: string,
    readonly length: number,
    readonly offset: number,
  ) {}
}

/** The part of a range that lies in one file. */
interface FileSlice<File> {
  readonly file: File;
  /** Its place among the files. */
  readonly fileIndex: number;
  /** Where it starts in the file. */
  readonly position: number;
  /** Where it starts in the range. */
  readonly start: number;
  readonly length: number;
}

/** Divides the range of `length` bytes at `offset` among `files`, which are sorted by offset. Empty files get no slice. */
export function sliceRange<File extends FileExtent>(
  files: readonly File[],
  offset: number,
  length: number,
): FileSlice<File>[] {
  const slices: FileSlice<File>[] = [];
  const end = offset + length;
  for (let at = firstEndingAfter(files, offset); at < files.length; at++) {
    const file = files[at] as File;
    if (file.offset >= end) break;
    const from = Math.max(offset, file.offset);
    const to = Math.min(end, file.offset + file.length);
    if (to <= from) continue;
    slices.push({ file, fileIndex: at, position: from - file.offset, start: from - offset, length: to - from });
  }
  return slices;
}

/** The first of `files` with a byte at or after `offset`, by binary search. */
function firstEndingAfter(files: readonly FileExtent[], offset: number): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const file = files[middle] as FileExtent;
    if (file.offset + file.length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
