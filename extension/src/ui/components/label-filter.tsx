import type { JSX } from 'preact';
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
      <label class="place" title="Which downloads the list shows">
        <Icon name="label" />
        <select
          class="place-select"
          aria-label="Show downloads with the label"
          value={hidden === 0 ? ALL : (store.labelFilter.value ?? ALL)}
          onChange={({ currentTarget }) => {
            store.labelFilter.value = currentTarget.value === ALL ? undefined : currentTarget.value;
          }}
        >
          <option value={ALL}>All labels</option>
          {labels.map((label) => (
            <option key={label} value={label}>
              {label}
            </option>
          ))}
          <option value="">Without a label</option>
        </select>
      </label>
      <span class="hint" aria-live="polite">
        {hidden > 0 && `${hidden} not shown`}
      </span>
    </div>
  );
}
