import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Icon } from './icon.js';

/** No label is longer than 100 characters. */
const ALL = '*'.repeat(101);

/** Which torrents the list shows, by their label; nothing while none has one. */
export function LabelFilter(): JSX.Element | null {
  const store = useStore();
  const labels = store.labels.value;
  if (labels.length === 0) return null;
  const hidden = store.order.value.length - store.shown.value.length;
  return (
    <div class="label-filter">
      <label class="place" title={t('whichShown')}>
        <Icon name="label" />
        <select
          class="place-select"
          aria-label={t('showWithLabel')}
          value={hidden === 0 ? ALL : (store.labelFilter.value ?? ALL)}
          onChange={({ currentTarget }) => {
            store.labelFilter.value = currentTarget.value === ALL ? undefined : currentTarget.value;
          }}
        >
          <option value={ALL}>{t('allLabels')}</option>
          {labels.map((label) => (
            <option key={label} value={label}>
              {label}
            </option>
          ))}
          <option value="">{t('withoutLabel')}</option>
        </select>
      </label>
      <span class="hint" aria-live="polite">
        {hidden > 0 && t('notShown', { count: formatInteger(hidden) })}
      </span>
    </div>
  );
}
