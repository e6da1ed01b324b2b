import type { TorrentSnapshot } from '../../rpc/types.js';

/** 0 to 1 of what is wanted; undefined while the files are unknown. */
export function torrentProgress({
  state,
  totalBytes,
  wantedBytes,
  wantedDoneBytes,
}: TorrentSnapshot): number | undefined {
  if (state.kind === 'checking' || state.kind === 'publishing') return state.progress;
  if (totalBytes === undefined) return undefined;
  return wantedBytes === 0 ? 0 : wantedDoneBytes / wantedBytes;
}

/** Whether all that is wanted is here. */
export function isComplete({ totalBytes, wantedBytes, wantedDoneBytes }: TorrentSnapshot): boolean {
  return totalBytes !== undefined && wantedBytes > 0 && wantedDoneBytes >= wantedBytes;
}
