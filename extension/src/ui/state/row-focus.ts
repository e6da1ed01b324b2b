import type { Store } from './store.js';

/** The row of a torrent, if it is rendered. */
export const rowOf = (torrentId: string | undefined): HTMLElement | null =>
  torrentId === undefined ? null : document.querySelector<HTMLElement>(`[data-torrent="${torrentId}"]`);

/** The row that Tab goes to. */
export const tabStopRow = (): HTMLElement | null => document.querySelector('[data-torrent][tabindex="0"]');

/** Whose row it is: the row itself says so, or what of it takes the focus. */
export const torrentOf = (row: Element | null): string | undefined =>
  (row?.matches('[data-torrent]') ? row : row?.querySelector('[data-torrent]'))?.getAttribute('data-torrent') ??
  undefined;

/** Closes the details and hands the focus to the row that they were of. */
export function leaveDetails(store: Store, torrentId: string): void {
  store.open(undefined);
  rowOf(torrentId)?.focus();
}
