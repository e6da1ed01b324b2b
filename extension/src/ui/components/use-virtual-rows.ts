import { useSignal } from '@preact/signals';
import type { RefObject, TargetedEvent } from 'preact';
import { useViewSize } from './use-view-size.js';

/** Before anything is measured. */
const USUAL_VIEW_PX = 900;
/** Rows beyond each edge, so that scrolling shows none that is empty. */
const MARGIN_ROWS = 6;

interface VirtualRowsOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  /** Pixels above the rows that scroll with them. */
  readonly headHeight: number;
  /** A row that is higher than the others by so much. */
  readonly open: { readonly place: number; readonly extra: number } | undefined;
}

interface VirtualRows {
  /** The first row to render and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** Of all rows together, in pixels. */
  readonly height: number;
  readonly pageRows: number;
  /** Of what is seen of the list, in pixels. */
  readonly viewHeight: number;
  topOf(place: number): number;
  /** As far as needed to see a row, and of what is open below it up to half of the view. */
  scrollTo(place: number): void;
  readonly onScroll: (event: TargetedEvent<HTMLElement>) => void;
}

/** Renders of a long list only what is seen. */
export function useVirtualRows({ scroller, count, rowHeight, headHeight, open }: VirtualRowsOptions): VirtualRows {
  const firstSeen = useSignal(0);
  const height = useViewSize(scroller).value.height || USUAL_VIEW_PX;
  const topOf = (place: number): number => place * rowHeight + (open && place > open.place ? open.extra : 0);
  const placeAt = (top: number): number => {
    if (!open || top <= topOf(open.place + 1) - open.extra) return Math.floor(top / rowHeight);
    return Math.max(open.place, Math.floor((top - open.extra) / rowHeight));
  };
  const pageRows = Math.max(1, Math.floor((height - headHeight) / rowHeight));
  return {
    first: Math.max(0, Math.min(firstSeen.value, count) - MARGIN_ROWS),
    end: Math.min(count, firstSeen.value + Math.ceil(height / rowHeight) + MARGIN_ROWS),
    height: topOf(count),
    pageRows,
    viewHeight: height,
    topOf,
    scrollTo: (place) => {
      const element = scroller.current;
      if (!element) return;
      const below = open?.place === place ? Math.min(open.extra, height / 2) : 0;
      const [top, bottom] = [topOf(place), topOf(place) + rowHeight + headHeight + below];
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + height) element.scrollTop = bottom - height;
    },
    onScroll: ({ currentTarget }) => {
      const place = Math.max(0, placeAt(currentTarget.scrollTop));
      // The margin hides smaller steps.
      if (Math.abs(place - firstSeen.peek()) >= MARGIN_ROWS / 2 || place === 0) firstSeen.value = place;
    },
  };
}
