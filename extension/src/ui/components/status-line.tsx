import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeNetwork } from '../state/sentences.js';
import { Icon } from './icon.js';

/** How the program stands in the network, and the order of the list above. */
export function StatusLine(): JSX.Element | null {
  const store = useStore();
  const status = store.status.value;
  if (!status) return null;
  return (
    <footer class="status-line">
      <span>{describeNetwork(status)}</span>
      {(store.index.counts.value.states.get('all') ?? 0) > 1 && (
        <button
          type="button"
          class="status-order"
          aria-pressed={store.isInQueueOrder.value}
          title={t('queueOrderHint')}
          onClick={() => store.showQueueOrder(!store.isInQueueOrder.peek())}
        >
          <Icon name="queue" />
          {t('queueOrder')}
        </button>
      )}
    </footer>
  );
}
