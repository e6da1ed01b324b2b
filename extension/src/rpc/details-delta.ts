import type { DetailsDelta, FileSnapshot, TorrentDetails } from './types.js';

const isSameFile = (a: FileSnapshot | undefined, b: FileSnapshot): boolean =>
  a?.doneBytes === b.doneBytes && a.priority === b.priority && a.length === b.length && a.path === b.path;

/** What to send when a view has `before`; undefined when it needs the whole (the file list is another one). */
export function diffDetails(before: TorrentDetails, after: TorrentDetails): DetailsDelta | undefined {
  if (before.files.length !== after.files.length || before.pieceCount !== after.pieceCount) return undefined;
  const files = after.files.filter((file, position) => !isSameFile(before.files[position], file));
  return { files, order: after.order, peers: after.peers, trackers: after.trackers };
}

/** The other end of {@link diffDetails}. */
export function applyDetails(before: TorrentDetails, delta: DetailsDelta): TorrentDetails {
  const { files, ...rest } = delta;
  if (files.length === 0) return { ...before, ...rest };
  const changed = new Map(files.map((file) => [file.index, file]));
  return { ...before, ...rest, files: before.files.map((file) => changed.get(file.index) ?? file) };
}
