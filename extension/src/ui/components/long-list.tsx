import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';

/** Rows that are rendered at once; a torrent may hold hundreds of thousands of files. */
const PAGE_ROWS = 300;

interface LongListProps<Item> {
  readonly items: readonly Item[];
  readonly label: string;
  readonly renderItem: (item: Item) => ComponentChildren;
}

/** A list that grows by a page when asked. */
export function LongList<Item>({ items, label, renderItem }: LongListProps<Item>): JSX.Element {
  const shown = useSignal(PAGE_ROWS);
  const rest = items.length - shown.value;
  return (
    <>
      <ul class="long-list" aria-label={label}>
        {items.slice(0, shown.value).map(renderItem)}
      </ul>
      {rest > 0 && (
        <button type="button" class="button" data-kind="quiet" onClick={() => (shown.value += PAGE_ROWS)}>
          {t('showMore', { count: formatInteger(Math.min(rest, PAGE_ROWS)), rest: formatInteger(rest) })}
        </button>
      )}
    </>
  );
}
