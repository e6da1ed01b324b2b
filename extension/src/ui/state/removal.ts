import { BROWSER_ROOT, type TorrentSnapshot } from '../../rpc/types.js';
import { rowOf } from './row-focus.js';
import type { Store } from './store.js';
import { FIELD_IDS } from './view-keys.js';

/** Whether files that stay would be where nobody finds them, and use the disk's room. */
const wouldBeLost = ({ root, wantedDoneBytes }: TorrentSnapshot): boolean =>
  root === BROWSER_ROOT && wantedDoneBytes > 0;

/** The row whose turn it is once torrents are gone, or the field for another. */
function focusInsteadOf(removed: readonly string[], order: readonly string[]): void {
  const place = Math.max(...removed.map((id) => order.indexOf(id)));
  const rest = (ids: readonly string[]): string | undefined => ids.find((id) => !removed.includes(id));
  const neighbour = rest(order.slice(place + 1)) ?? rest(order.slice(0, place).reverse());
  (rowOf(neighbour) ?? document.getElementById(FIELD_IDS.add))?.focus();
}

/** Removes torrents so that it can be taken back for a while, and hands the focus on. */
export function remove(
  store: Store,
  torrentIds: readonly string[],
  { deleteFiles }: { readonly deleteFiles: boolean },
): void {
  focusInsteadOf(torrentIds, store.shown.peek());
  for (const torrentId of torrentIds) void store.ask('remove', { torrentId, deleteFiles, canUndo: true });
}

/** The same at once where it can be taken back as easily; else the user is asked first, about files too. */
export function removeOrAsk(
  store: Store,
  torrents: readonly TorrentSnapshot[],
  { deleteFiles }: { readonly deleteFiles: boolean },
): void {
  if (!deleteFiles && torrents.some(wouldBeLost)) store.removing.value = torrents;
  else
    remove(
      store,
      torrents.map(({ id }) => id),
      { deleteFiles },
    );
}
