import { FileSystemError } from '../interfaces/filesystem.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import type { TorrentProblem } from './snapshots.js';

/** Names what stopped a torrent. */
export function problemOf(error: unknown): TorrentProblem {
  const message = error instanceof Error ? error.message : String(error);
  return { code: codeOf(error), message };
}

function codeOf(error: unknown): TorrentProblem['code'] {
  if (error instanceof MetainfoError) return 'metadata-invalid';
  if (!(error instanceof FileSystemError)) return 'internal';
  switch (error.code) {
    case 'no-space':
      return 'disk-full';
    case 'permission':
      return 'disk-permission';
    case 'not-found':
      return 'files-changed';
    default:
      return 'disk-error';
  }
}
