import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';

const [MIN_PX, KEY_STEP_PX, MAX_SHARE] = [120, 24, 0.7] as const;

interface PaneEdgeProps {
  /** The pane is beside the list, not below it. */
  readonly isBeside: boolean;
  /** Of the pane, in pixels. */
  readonly size: Signal<number>;
}

/** The edge between list and details: dragged, or moved by the arrow keys. */
export function PaneEdge({ isBeside, size }: PaneEdgeProps): JSX.Element {
  const isDragged = useSignal(false);
  const isMirrored = document.documentElement.dir === 'rtl';
  const [grow, shrink] = isBeside
    ? isMirrored
      ? ['ArrowRight', 'ArrowLeft']
      : ['ArrowLeft', 'ArrowRight']
    : ['ArrowUp', 'ArrowDown'];

  const maximum = (): number => Math.round((isBeside ? innerWidth : innerHeight) * MAX_SHARE);

  function resize(pixels: number): void {
    size.value = Math.round(Math.max(MIN_PX, Math.min(pixels, maximum())));
  }

  function pixelsTo(pane: DOMRect, { clientX, clientY }: MouseEvent): number {
    if (!isBeside) return pane.bottom - clientY;
    return isMirrored ? clientX - pane.left : pane.right - clientX;
  }

  return (
    <div
      class="pane-edge"
      role="separator"
      aria-orientation={isBeside ? 'vertical' : 'horizontal'}
      aria-label={t(isBeside ? 'detailsWidth' : 'detailsHeight')}
      aria-valuenow={size.value}
      aria-valuemin={MIN_PX}
      aria-valuemax={maximum()}
      tabIndex={0}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        isDragged.value = true;
      }}
      onPointerMove={(event) => {
        const pane = event.currentTarget.parentElement?.getBoundingClientRect();
        if (isDragged.peek() && pane) resize(pixelsTo(pane, event));
      }}
      onLostPointerCapture={() => (isDragged.value = false)}
      onKeyDown={(event) => {
        const step = event.key === grow ? 1 : event.key === shrink ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const pane = event.currentTarget.parentElement;
        const shown = isBeside ? pane?.offsetWidth : pane?.offsetHeight;
        resize((shown || size.peek()) + step * KEY_STEP_PX);
      }}
    />
  );
}
