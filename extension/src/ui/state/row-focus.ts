import type { Store } from './store.js';

/** The row of a torrent, if it is rendered. */
export const rowOf = (torrentId: string | undefined): HTMLElement | null =>
  torrentId === undefined ? null : document.querySelector<HTMLElement>(`[data-torrent="${torrentId}"]`);

/** Closes the details and hands the focus to the row that they were of. */
export function leaveDetails(store: Store, torrentId: string): void {
  store.open(undefined);
  rowOf(torrentId)?.focus();
}
