import type { DetailsDelta, FileSnapshot, TorrentDetails } from './types.js';

/** Every field of a file, so that none that is new is forgotten. */
const FIELDS: Readonly<Record<keyof FileSnapshot, true>> = {
  index: true,
  path: true,
  length: true,
  doneBytes: true,
  priority: true,
  publishedShare: true,
  waitsForRoom: true,
};
const FIELD_NAMES = Object.keys(FIELDS) as readonly (keyof FileSnapshot)[];

const isSameFile = (a: FileSnapshot | undefined, b: FileSnapshot): boolean =>
  FIELD_NAMES.every((name) => a?.[name] === b[name]);

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
