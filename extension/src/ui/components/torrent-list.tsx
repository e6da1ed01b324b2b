import { useSignal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { actionOfKey, QUEUE_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { EmptyState } from './empty-state.js';
import { TorrentRow } from './torrent-row.js';
import { useQueueDrag } from './use-queue-drag.js';

const COLUMNS = [
  t('columnName'),
  t('columnProgress'),
  t('columnDown'),
  t('columnUp'),
  t('columnPeers'),
  t('columnTime'),
  '',
] as const;

/** Where a key goes from the row at `position`. */
function rowAfterKey(key: string, position: number, count: number): number | undefined {
  if (key === 'ArrowDown') return position + 1;
  if (key === 'ArrowUp') return position - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

const rowOf = (list: HTMLElement | null, torrentId: string | undefined): HTMLElement | undefined =>
  [...(list?.querySelectorAll<HTMLElement>('[data-torrent]') ?? [])].find(
    (row) => row.dataset['torrent'] === torrentId,
  );

/** All torrents. Arrows, Home and End move between rows; the keys of the actions work on the row that has the focus. */
export function TorrentList(): JSX.Element {
  const store = useStore();
  const focusedId = useSignal<string | undefined>(undefined);
  const list = useRef<HTMLUListElement>(null);
  const order = store.shown.value;
  const drag = useQueueDrag();
  const dropPlace = drag.place.value;
  const tabStop = focusedId.value !== undefined && order.includes(focusedId.value) ? focusedId.value : order[0];

  // What is moved on the page loses the focus, and so does a button that has done its work.
  useLayoutEffect(() => {
    const row = rowOf(list.current, store.focusWhenListed);
    if (!row) return;
    store.focusWhenListed = undefined;
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('.notices')) row.focus();
  }, [store, order]);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLUListElement>): void {
    if (event.ctrlKey || event.metaKey) return;
    const key = event.altKey ? `Alt+${event.key}` : event.key;
    const row = event.target instanceof HTMLElement ? event.target : undefined;
    const torrentId = row?.dataset['torrent'];
    if (torrentId === undefined) return;
    const nextPosition = rowAfterKey(key, order.indexOf(torrentId), order.length);
    const torrent = store.torrent(torrentId)?.peek();
    const action = torrent && actionOfKey(key, torrent);
    if (nextPosition !== undefined) {
      const next = order[nextPosition];
      rowOf(event.currentTarget, next)?.focus();
    } else if (action) {
      if (QUEUE_ACTIONS.includes(action)) store.focusWhenListed = torrentId;
      action.run(store, torrent);
    } else if (key === 'Escape') store.open(undefined);
    else return;
    event.preventDefault();
  }

  if (store.status.value === undefined) return <p class="starting">{t('starting')}</p>;
  if (order.length === 0) return <EmptyState />;
  return (
    <div class="list">
      <div class="list-head" aria-hidden="true">
        {COLUMNS.map((column) => (
          <span key={column}>{column}</span>
        ))}
      </div>
      <ul
        ref={list}
        class="rows"
        aria-label={t('downloads')}
        onKeyDown={onKeyDown}
        {...drag.handlers}
        onFocusIn={({ target }) => {
          const torrentId = target instanceof HTMLElement ? target.dataset['torrent'] : undefined;
          if (torrentId !== undefined) focusedId.value = torrentId;
        }}
      >
        {order.map((id) => {
          const torrent = store.torrent(id);
          const dropEdge = dropPlace?.torrentId === id ? dropPlace.edge : undefined;
          return torrent && <TorrentRow key={id} torrent={torrent} isTabStop={id === tabStop} dropEdge={dropEdge} />;
        })}
      </ul>
    </div>
  );
}
