import { FileSystemError } from '../interfaces/filesystem.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import { FileTooShortError } from './disk-manager.js';
import { FolderAccessLostError, RootMissingError } from './download-roots.js';
import { TooManyDuplicatesError } from './path-sanitizer.js';
import { FilesChangedError } from './skipped-files.js';
import { NoRoomError } from './storage-room.js';
import type { TorrentProblem } from './snapshots.js';

const FILE_PROBLEMS: ReadonlySet<TorrentProblem['code']> = new Set(['files-changed', 'file-locked']);
/** More would not be read by anybody. */
const MAX_FILES = 100;

/** Names what stopped a torrent. */
export function problemOf(error: unknown): TorrentProblem {
  const message = error instanceof Error ? error.message : String(error);
  const room = error instanceof NoRoomError && { neededBytes: error.neededBytes, freeBytes: error.freeBytes };
  const code = codeOf(error);
  const files = FILE_PROBLEMS.has(code) ? filesOf(error).slice(0, MAX_FILES) : [];
  return { code, message, ...(room && { room }), ...(files.length > 0 && { files }) };
}

function filesOf(error: unknown): readonly string[] {
  if (error instanceof FilesChangedError) return error.paths;
  return error instanceof FileTooShortError || error instanceof FileSystemError ? [error.path] : [];
}

function codeOf(error: unknown): TorrentProblem['code'] {
  if (error instanceof MetainfoError || error instanceof TooManyDuplicatesError) return 'metadata-invalid';
  if (error instanceof RootMissingError) return 'root-missing';
  if (error instanceof NoRoomError) return 'disk-full';
  if (error instanceof FileTooShortError || error instanceof FilesChangedError) return 'files-changed';
  if (error instanceof FolderAccessLostError) return 'folder-access-lost';
  if (!(error instanceof FileSystemError)) return 'internal';
  switch (error.code) {
    case 'no-space':
      return 'disk-full';
    case 'permission':
      return 'disk-permission';
    case 'locked':
      return 'file-locked';
    case 'not-found':
      return 'files-changed';
    default:
      return 'disk-error';
  }
}
