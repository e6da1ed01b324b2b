import { useComputed } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { type ListFilter, STATE_FILTERS } from '../state/list-filters.js';

interface FilterButtonProps {
  readonly label: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly onClick: () => void;
}

function FilterButton({ label, count, isOn, onClick }: FilterButtonProps): JSX.Element {
  return (
    <li>
      <button type="button" class="filter" aria-pressed={isOn} data-empty={count === 0} onClick={onClick}>
        <span class="filter-label" dir="auto" title={label}>
          {label}
        </span>
        <span class="filter-count">{formatInteger(count)}</span>
      </button>
    </li>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class="filter-group" aria-label={title}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

/** The same filter with one part of it changed; undefined takes the part away. */
function changed(
  { state, label, tracker }: ListFilter,
  change: { readonly label?: string | undefined; readonly tracker?: string | undefined },
): ListFilter {
  const next = { label, tracker, ...change };
  return {
    state,
    ...(next.label === undefined ? {} : { label: next.label }),
    ...(next.tracker === undefined ? {} : { tracker: next.tracker }),
  };
}

const byCount = ([a, more]: [string, number], [b, less]: [string, number]): number => less - more || (a < b ? -1 : 1);

function StateGroup(): JSX.Element {
  const { filter } = useStore().view;
  const { states } = useStore().index.counts.value;
  return (
    <Group title={t('columnState')}>
      {STATE_FILTERS.map(({ id, label }) => (
        <FilterButton
          key={id}
          label={t(label)}
          count={states.get(id) ?? 0}
          isOn={filter.value.state === id}
          onClick={() => (filter.value = { ...filter.peek(), state: id })}
        />
      ))}
    </Group>
  );
}

function LabelGroup(): JSX.Element | null {
  const store = useStore();
  const { filter } = store.view;
  const labels = useComputed(() => store.index.counts.value.labels).value;
  const total = useComputed(() => store.index.counts.value.states.get('all') ?? 0).value;
  const labelled = [...labels.values()].reduce((sum, count) => sum + count, 0);
  const toggle = (label: string): void => {
    filter.value = changed(filter.peek(), { label: filter.peek().label === label ? undefined : label });
  };
  if (labels.size === 0) return null;
  return (
    <Group title={t('labels')}>
      {store.labels.value.map((label) => (
        <FilterButton
          key={label}
          label={label}
          count={labels.get(label) ?? 0}
          isOn={filter.value.label === label}
          onClick={() => toggle(label)}
        />
      ))}
      <FilterButton
        label={t('withoutLabel')}
        count={total - labelled}
        isOn={filter.value.label === ''}
        onClick={() => toggle('')}
      />
    </Group>
  );
}

function TrackerGroup(): JSX.Element | null {
  const store = useStore();
  const { filter } = store.view;
  const trackers = useComputed(() => store.index.counts.value.trackers).value;
  if (trackers.size === 0) return null;
  return (
    <Group title={t('trackersLabel')}>
      {[...trackers].sort(byCount).map(([tracker, count]) => (
        <FilterButton
          key={tracker}
          label={tracker}
          count={count}
          isOn={filter.value.tracker === tracker}
          onClick={() => {
            filter.value = changed(filter.peek(), { tracker: filter.peek().tracker === tracker ? undefined : tracker });
          }}
        />
      ))}
    </Group>
  );
}

/** Which torrents the table shows, each choice with how many there are. A second click on a label or tracker takes it back. */
export function FilterSidebar(): JSX.Element {
  return (
    <nav class="sidebar" aria-label={t('filters')}>
      <StateGroup />
      <LabelGroup />
      <TrackerGroup />
    </nav>
  );
}
