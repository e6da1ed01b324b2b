import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { TargetedDragEvent } from 'preact';
import { useStore } from '../state/context.js';
import { torrentOf } from '../state/row-focus.js';

/** Between which rows what is dragged would come. */
interface DropPlace {
  readonly torrentId: string;
  readonly edge: 'before' | 'after';
}

type ListDragEvent = TargetedDragEvent<HTMLElement>;

interface QueueDrag {
  readonly place: ReadonlySignal<DropPlace | undefined>;
  /** For the list. */
  readonly handlers: {
    onDragStart(event: ListDragEvent): void;
    onDragOver(event: ListDragEvent): void;
    onDrop(event: ListDragEvent): void;
    onDragEnd(): void;
  };
}

/** Dragging a row, or all that are selected with it, to another place in the queue. What else is dragged over the list is left to the page. */
export function useQueueDrag(): QueueDrag {
  const store = useStore();
  const place = useSignal<DropPlace | undefined>(undefined);

  function placeUnder(event: ListDragEvent): DropPlace | undefined {
    const row = event.target instanceof Element ? event.target.closest('.row') : null;
    const torrentId = torrentOf(row);
    if (!row || !torrentId || store.dragged.peek().includes(torrentId)) return undefined;
    const { top, height } = row.getBoundingClientRect();
    return { torrentId, edge: event.clientY < top + height / 2 ? 'before' : 'after' };
  }

  function end(): void {
    store.dragged.value = [];
    place.value = undefined;
  }

  return {
    place,
    handlers: {
      onDragStart: (event) => {
        const torrentId = event.target instanceof HTMLElement ? event.target.dataset['torrent'] : undefined;
        if (torrentId === undefined || !event.dataTransfer) return;
        event.dataTransfer.effectAllowed = 'move';
        const selected = store.selection.ids.peek();
        store.dragged.value = selected.has(torrentId)
          ? store.shown.peek().filter((id) => selected.has(id))
          : [torrentId];
      },
      onDragOver: (event) => {
        if (store.dragged.peek().length === 0) return;
        event.preventDefault();
        const next = placeUnder(event);
        const now = place.peek();
        if (next?.torrentId !== now?.torrentId || next?.edge !== now?.edge) place.value = next;
      },
      onDrop: (event) => {
        const dragged = store.dragged.peek();
        const target = placeUnder(event);
        if (dragged.length === 0) return;
        event.preventDefault();
        end();
        if (!target) return;
        const { isDescending } = store.prefs.sorting.peek();
        const isBefore = (target.edge === 'before') !== isDescending;
        const inOrder = isDescending ? dragged.toReversed() : dragged;
        const move = isBefore ? { before: target.torrentId } : { after: target.torrentId };
        // One after the other they end up in the order that they had.
        for (const torrentId of isBefore ? inOrder : inOrder.toReversed())
          void store.ask('moveInQueue', { torrentId, move });
      },
      onDragEnd: end,
    },
  };
}
