import type { TorrentSnapshot, TorrentState } from '../../rpc/types.js';

const PAUSED: ReadonlySet<TorrentState['kind']> = new Set(['stopped', 'failed']);

/** Whether it does nothing until somebody resumes it. */
export const isPaused = ({ state }: TorrentSnapshot): boolean => PAUSED.has(state.kind);

/** Whether it is meant to do something now. */
export const isRunning = (torrent: TorrentSnapshot): boolean =>
  !isPaused(torrent) && torrent.state.kind !== 'awaiting-choice';
