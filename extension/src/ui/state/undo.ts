import type { RemovedTorrent } from '../../rpc/types.js';
import type { Store } from './store.js';

/** Takes a removal back; the row that comes again has the focus then. */
export function undoRemove(store: Store, { id }: RemovedTorrent): void {
  store.focusWhenListed = id;
  void store.ask('undoRemove', { torrentId: id });
}
