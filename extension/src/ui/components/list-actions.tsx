import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { LIST_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { Icon } from './icon.js';

/** Pause all, resume all. */
export function ListActions(): JSX.Element {
  const store = useStore();
  const counts = store.index.counts.value;
  return (
    <div class="list-actions" role="group" aria-label={t('allDownloads')}>
      {LIST_ACTIONS.map(({ method, label, icon, isEnabled }) => (
        <button
          key={method}
          type="button"
          title={label}
          class="button"
          data-kind="quiet"
          disabled={!isEnabled(counts)}
          onClick={() => void store.ask(method, null)}
        >
          <Icon name={icon} />
          <span class="label">{label}</span>
        </button>
      ))}
    </div>
  );
}
