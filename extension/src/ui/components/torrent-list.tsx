import { useSignal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { actionOfKey, QUEUE_ACTIONS, runAction } from '../state/actions.js';
import { columnOf } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { torrentOf } from '../state/row-focus.js';
import type { ColumnPlace } from '../state/view-prefs.js';
import { EmptyState } from './empty-state.js';
import { ListHead } from './list-head.js';
import { TableRow } from './table-row.js';
import { TorrentRow } from './torrent-row.js';
import { useQueueDrag } from './use-queue-drag.js';
import { useVirtualRows } from './use-virtual-rows.js';

/** Pixels, as the style sheets have them. */
const ROW_PX = { narrow: 74, comfortable: 54, compact: 32 } as const;
const HEAD_PX = 34;

/** The name takes what is left until somebody gives it a width. */
const isFlexible = ({ id, width }: ColumnPlace): boolean => id === 'name' && width === columnOf(id)?.width;

/** How wide the columns are. */
function tableStyle(columns: readonly ColumnPlace[]): Readonly<Record<string, string>> {
  const tracks = columns.map((column) => (isFlexible(column) ? `minmax(${column.width}px, 1fr)` : `${column.width}px`));
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return {
    '--columns': [...tracks, columns.some(isFlexible) ? 'var(--actions)' : 'minmax(var(--actions), 1fr)'].join(' '),
    '--table-width': `calc(${width}px + var(--actions))`,
  };
}

const isControl = ({ ctrlKey, metaKey }: KeyboardEvent): boolean => ctrlKey || metaKey;

/** Where a key goes from the row at `place`. */
function rowAfterKey(key: string, place: number, count: number, pageRows: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, place + 1);
    case 'ArrowUp':
      return Math.max(0, place - 1);
    case 'PageDown':
      return Math.min(count - 1, place + pageRows);
    case 'PageUp':
      return Math.max(0, place - pageRows);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function NothingFound(): JSX.Element {
  const store = useStore();
  return (
    <div class="empty">
      <h2>{t('nothingFound')}</h2>
      <button
        type="button"
        class="button"
        onClick={() => {
          store.view.search.value = '';
          store.view.filter.value = { state: 'all' };
        }}
      >
        {t('showAll')}
      </button>
    </div>
  );
}

/** The rows that are seen. Arrows, Home and End move between rows; the keys of the actions work on the focused one. */
function Rows(): JSX.Element {
  const store = useStore();
  const focusedId = useSignal<string | undefined>(undefined);
  const scroller = useRef<HTMLDivElement>(null);
  const order = store.shown.value;
  const isWide = store.isWide.value;
  const drag = useQueueDrag();
  const dropPlace = drag.place.value;
  const lastPlace = useRef(0);
  const isFocusListed = store.view.lists(focusedId.value ?? '');
  const focusedPlace = isFocusListed
    ? store.view.placeOf(focusedId.value)
    : Math.max(0, Math.min(lastPlace.current, order.length - 1));
  lastPlace.current = focusedPlace;
  const hadFocus = scroller.current?.contains(document.activeElement) ?? false;
  const tabStop = order[focusedPlace];
  const openId = store.openId.value;
  const openPlace = isWide ? -1 : store.view.placeOf(openId);
  const extra = useSignal(0);
  const rows = useVirtualRows({
    scroller,
    count: order.length,
    rowHeight: ROW_PX[isWide ? store.prefs.density.value : 'narrow'],
    headHeight: isWide ? HEAD_PX : 0,
    open: openPlace === -1 ? undefined : { place: openPlace, extra: extra.value },
  });

  const rowOf = (torrentId: string | undefined): HTMLElement | undefined =>
    [...(scroller.current?.querySelectorAll<HTMLElement>('[data-torrent]') ?? [])].find(
      (row) => row.dataset['torrent'] === torrentId,
    );

  // A row that finishes, fails or is removed elsewhere leaves the focus to the one that takes its place.
  useLayoutEffect(() => {
    if (hadFocus && !isFocusListed && document.activeElement === document.body) rowOf(tabStop)?.focus();
  });

  // What is moved on the page loses the focus, and so does a button that has done its work.
  useLayoutEffect(() => {
    const row = rowOf(store.focusWhenListed);
    if (!row) return;
    store.focusWhenListed = undefined;
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('.notices, [data-torrent]')) row.focus();
  });

  // The pane takes its room from the list, and details below the last row would open unseen.
  const areDetailsShown = isWide || extra.value > 0;
  useEffect(() => {
    const place = store.view.placeOf(openId);
    if (place !== -1 && areDetailsShown) rows.scrollTo(place);
  }, [openId, areDetailsShown, isWide ? rows.viewHeight : 0]);

  /** Hands the focus on. With Shift what is between is selected too, with Control the selection stays as it is. */
  function moveTo(torrentId: string, event: KeyboardEvent, from: string): void {
    focusedId.value = torrentId;
    rows.scrollTo(store.view.placeOf(torrentId));
    if (event.shiftKey) store.selection.extendTo(torrentId, order, from);
    else if (isWide && !isControl(event)) store.selection.select(torrentId);
    // It may not be rendered yet.
    store.focusWhenListed = torrentId;
    rowOf(torrentId)?.focus();
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLElement>): void {
    const torrentId = event.target instanceof HTMLElement ? event.target.dataset['torrent'] : undefined;
    if (torrentId === undefined) return;
    const key = event.altKey ? `Alt+${event.key}` : event.key;
    const next = order[rowAfterKey(key, store.view.placeOf(torrentId), order.length, rows.pageRows) ?? -1];
    if (isControl(event)) {
      if (next !== undefined) moveTo(next, event, torrentId);
      else if (key === ' ') store.selection.toggle(torrentId);
      else return;
      event.preventDefault();
      return;
    }
    const torrents = store.selectedOr(torrentId);
    const action = actionOfKey(event.shiftKey ? `Shift+${key}` : key, torrents);
    if (next !== undefined) moveTo(next, event, torrentId);
    else if (action) {
      if (QUEUE_ACTIONS.includes(action)) store.focusWhenListed = torrentId;
      runAction(store, action, action.isForOne ? store.findAll([torrentId]) : torrents);
    } else if (key === 'Escape') {
      store.open(undefined);
      store.selection.clear();
    } else return;
    event.preventDefault();
  }

  const places = new Set<number>();
  for (let place = rows.first; place < rows.end; place++) places.add(place);
  // The focus must not go with a row that is scrolled away, and open details keep what is typed in them.
  for (const kept of [focusedPlace, openPlace]) if (kept !== -1) places.add(kept);
  const Row = isWide ? TableRow : TorrentRow;
  return (
    <div
      ref={scroller}
      class="list"
      data-density={store.prefs.density.value}
      role={isWide ? 'grid' : undefined}
      aria-label={isWide ? t('downloads') : undefined}
      aria-multiselectable={isWide ? true : undefined}
      aria-rowcount={isWide ? order.length + 1 : undefined}
      style={isWide ? tableStyle(store.shownColumns.value) : undefined}
      onScroll={rows.onScroll}
    >
      {isWide && <ListHead />}
      <div
        class="rows"
        role={isWide ? 'rowgroup' : 'list'}
        aria-label={isWide ? undefined : t('downloads')}
        style={{ height: `${rows.height}px` }}
        onKeyDown={onKeyDown}
        {...drag.handlers}
        onFocusIn={({ target }) => {
          const torrentId = target instanceof Element ? torrentOf(target.closest('.row')) : undefined;
          if (torrentId !== undefined) focusedId.value = torrentId;
        }}
      >
        {[...places]
          .sort((a, b) => a - b)
          .map((place) => {
            const id = order[place] ?? '';
            const torrent = store.torrent(id);
            return (
              torrent && (
                <Row
                  key={id}
                  torrent={torrent}
                  place={place}
                  top={rows.topOf(place)}
                  isTabStop={id === tabStop}
                  dropEdge={dropPlace?.torrentId === id ? dropPlace.edge : undefined}
                  onDetailsHeight={(height) => (extra.value = height)}
                />
              )
            );
          })}
      </div>
    </div>
  );
}

/** The torrents that the filter lets through. */
export function TorrentList(): JSX.Element {
  const store = useStore();
  if (store.status.value === undefined) return <p class="starting">{t('starting')}</p>;
  if ((store.index.counts.value.states.get('all') ?? 0) === 0) return <EmptyState />;
  if (store.shown.value.length === 0) return <NothingFound />;
  return <Rows />;
}
