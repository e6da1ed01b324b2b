import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { TargetedDragEvent } from 'preact';
import { useStore } from '../state/context.js';

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

/** Dragging rows to another place in the queue. What else is dragged over the list is left to the page. */
export function useQueueDrag(): QueueDrag {
  const store = useStore();
  const place = useSignal<DropPlace | undefined>(undefined);

  function placeUnder(event: ListDragEvent): DropPlace | undefined {
    const row = event.target instanceof Element ? event.target.closest('.row') : null;
    const torrentId = (row?.matches('[data-torrent]') ? row : row?.querySelector('[data-torrent]'))?.getAttribute(
      'data-torrent',
    );
    if (!row || !torrentId || torrentId === store.dragged.peek()) return undefined;
    const { top, height } = row.getBoundingClientRect();
    return { torrentId, edge: event.clientY < top + height / 2 ? 'before' : 'after' };
  }

  function end(): void {
    store.dragged.value = undefined;
    place.value = undefined;
  }

  return {
    place,
    handlers: {
      onDragStart: (event) => {
        const torrentId = event.target instanceof HTMLElement ? event.target.dataset['torrent'] : undefined;
        if (torrentId === undefined || !event.dataTransfer) return;
        event.dataTransfer.effectAllowed = 'move';
        store.dragged.value = torrentId;
      },
      onDragOver: (event) => {
        if (store.dragged.peek() === undefined) return;
        event.preventDefault();
        const next = placeUnder(event);
        const now = place.peek();
        if (next?.torrentId !== now?.torrentId || next?.edge !== now?.edge) place.value = next;
      },
      onDrop: (event) => {
        const torrentId = store.dragged.peek();
        const target = placeUnder(event);
        if (torrentId === undefined) return;
        event.preventDefault();
        end();
        if (!target) return;
        const move = target.edge === 'before' ? { before: target.torrentId } : { after: target.torrentId };
        void store.ask('moveInQueue', { torrentId, move });
      },
      onDragEnd: end,
    },
  };
}
