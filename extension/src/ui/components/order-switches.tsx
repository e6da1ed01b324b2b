import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
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
    <div class="file-order" role="group" aria-label={t('orderLabel')}>
      <label class="check" title={t('orderSequentialHint')}>
        <input
          type="checkbox"
          checked={order.isSequential}
          onChange={({ currentTarget }) => set({ isSequential: currentTarget.checked })}
        />
        {t('orderSequential')}
      </label>
      <label class="check" title={t('orderEndsHint')}>
        <input
          type="checkbox"
          checked={order.firstAndLastFirst}
          onChange={({ currentTarget }) => set({ firstAndLastFirst: currentTarget.checked })}
        />
        {t('orderEnds')}
      </label>
    </div>
  );
}
