import { useSignal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { actionOfKey } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { EmptyState } from './empty-state.js';
import { TorrentRow } from './torrent-row.js';

const COLUMNS = ['Name', 'Progress', 'Down', 'Up', 'Peers', 'Time left', ''] as const;

/** Where a key goes from the row at `position`. */
function rowAfterKey(key: string, position: number, count: number): number | undefined {
  if (key === 'ArrowDown') return position + 1;
  if (key === 'ArrowUp') return position - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/** All torrents. Arrows, Home and End move between rows; the keys of the actions work on the row that has the focus. */
export function TorrentList(): JSX.Element {
  const store = useStore();
  const focusedId = useSignal<string | undefined>(undefined);
  const order = store.order.value;
  const tabStop = focusedId.value !== undefined && order.includes(focusedId.value) ? focusedId.value : order[0];

  function onKeyDown(event: TargetedKeyboardEvent<HTMLUListElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target instanceof HTMLElement ? event.target : undefined;
    const torrentId = row?.dataset['torrent'];
    if (torrentId === undefined) return;
    const nextPosition = rowAfterKey(event.key, order.indexOf(torrentId), order.length);
    const torrent = store.torrent(torrentId)?.peek();
    const action = torrent && actionOfKey(event.key, torrent);
    if (nextPosition !== undefined) {
      const next = order[nextPosition];
      const rows = event.currentTarget.querySelectorAll<HTMLElement>('[data-torrent]');
      for (const candidate of rows) if (candidate.dataset['torrent'] === next) candidate.focus();
    } else if (action) action.run(store, torrent);
    else if (event.key === 'Escape') store.open(undefined);
    else return;
    event.preventDefault();
  }

  if (store.status.value === undefined) return <p class="starting">Starting…</p>;
  if (order.length === 0) return <EmptyState />;
  return (
    <div class="list">
      <div class="list-head" aria-hidden="true">
        {COLUMNS.map((column) => (
          <span key={column}>{column}</span>
        ))}
      </div>
      <ul
        class="rows"
        aria-label="Downloads"
        onKeyDown={onKeyDown}
        onFocusIn={({ target }) => {
          const torrentId = target instanceof HTMLElement ? target.dataset['torrent'] : undefined;
          if (torrentId !== undefined) focusedId.value = torrentId;
        }}
      >
        {order.map((id) => {
          const torrent = store.torrent(id);
          return torrent && <TorrentRow key={id} torrent={torrent} isTabStop={id === tabStop} />;
        })}
      </ul>
    </div>
  );
}
