import type { LogEntry } from '@jstorrent/engine';
import type { LogLine } from '../rpc/types.js';

/** Nobody reads more in a view. */
const MAX_LINES = 500;

/** The newest lines of the log, oldest first; with a torrent, those that name it. */
export function readLog(entries: readonly LogEntry[], torrentId: string | undefined): readonly LogLine[] {
  const meant = torrentId === undefined ? entries : entries.filter(({ message }) => message.includes(torrentId));
  return meant
    .slice(-MAX_LINES)
    .map(({ time, level, scope, message }) => ({ time, level, text: `${scope}: ${message}` }));
}
