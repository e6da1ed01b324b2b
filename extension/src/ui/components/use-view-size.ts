import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

export interface ViewSize {
  /** Pixels; 0 before it is known. */
  readonly width: number;
  readonly height: number;
}

/** How big an element is, and stays told. */
export function useViewSize(element: RefObject<HTMLElement | null>): ReadonlySignal<ViewSize> {
  const size = useSignal<ViewSize>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const measure = (): void => {
      const [width, height] = [current.clientWidth, current.clientHeight];
      if (width !== size.peek().width || height !== size.peek().height) size.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, size]);
  return size;
}
