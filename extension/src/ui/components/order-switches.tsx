import type { JSX } from 'preact';
import type { DownloadOrder, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';

interface OrderSwitchesProps {
  readonly torrent: TorrentSnapshot;
  readonly order: DownloadOrder;
}

/** In which order the parts of a torrent are downloaded. */
export function OrderSwitches({ torrent, order }: OrderSwitchesProps): JSX.Element {
  const store = useStore();
  const set = (change: Partial<DownloadOrder>): void =>
    void store.ask('setOrder', { torrentId: torrent.id, order: { ...order, ...change } });
  return (
    <div class="file-order" role="group" aria-label="Order of download">
      <label class="check" title="Slower than the usual order, but a film can be watched while it comes">
        <input
          type="checkbox"
          checked={order.isSequential}
          onChange={({ currentTarget }) => set({ isSequential: currentTarget.checked })}
        />
        From start to end
      </label>
      <label class="check" title="Enough for a player to show what is in a file">
        <input
          type="checkbox"
          checked={order.firstAndLastFirst}
          onChange={({ currentTarget }) => set({ firstAndLastFirst: currentTarget.checked })}
        />
        Both ends of each file first
      </label>
    </div>
  );
}
