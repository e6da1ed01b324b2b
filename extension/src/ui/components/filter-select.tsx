import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { type ListFilter, STATE_FILTERS } from '../state/list-filters.js';
import { Icon } from './icon.js';

const withCount = (label: string, count = 0): string => t('withCount', { label, count: formatInteger(count) });

function valueOf({ state, label, tracker }: ListFilter): string {
  if (label !== undefined) return `label:${label}`;
  return tracker === undefined ? `state:${state}` : `tracker:${tracker}`;
}

function filterOf(value: string): ListFilter {
  const [kind, ...rest] = value.split(':');
  const name = rest.join(':');
  if (kind === 'label') return { state: 'all', label: name };
  if (kind === 'tracker') return { state: 'all', tracker: name };
  return { state: STATE_FILTERS.find(({ id }) => id === name)?.id ?? 'all' };
}

/** The same as the sidebar where there is no room for it: one choice of all. */
export function FilterSelect(): JSX.Element {
  const store = useStore();
  const { states, labels, trackers } = store.index.counts.value;
  const labelled = [...labels.values()].reduce((sum, count) => sum + count, 0);
  return (
    <label class="place filter-select" title={t('whichShown')}>
      <Icon name="filter" />
      <select
        class="place-select"
        aria-label={t('whichShown')}
        value={valueOf(store.view.filter.value)}
        onChange={({ currentTarget }) => (store.view.filter.value = filterOf(currentTarget.value))}
      >
        {STATE_FILTERS.map(({ id, label }) => (
          <option key={id} value={`state:${id}`}>
            {withCount(t(label), states.get(id))}
          </option>
        ))}
        {labels.size > 0 && (
          <optgroup label={t('labels')}>
            {store.labels.value.map((label) => (
              <option key={label} value={`label:${label}`}>
                {withCount(label, labels.get(label))}
              </option>
            ))}
            <option value="label:">{withCount(t('withoutLabel'), (states.get('all') ?? 0) - labelled)}</option>
          </optgroup>
        )}
        {trackers.size > 0 && (
          <optgroup label={t('trackersLabel')}>
            {[...trackers].map(([tracker, count]) => (
              <option key={tracker} value={`tracker:${tracker}`}>
                {withCount(tracker, count)}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}
