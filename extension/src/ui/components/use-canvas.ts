import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { ViewSize } from './use-view-size.js';

/** A colour of the theme, as it is now. */
type ColorOf = (token: string) => string;

/** Draws on a canvas as sharp as the screen is. `draw` is called after every render. */
export function useCanvas(
  canvas: RefObject<HTMLCanvasElement | null>,
  { width, height }: ViewSize,
  draw: (context: CanvasRenderingContext2D, colorOf: ColorOf) => void,
): void {
  useLayoutEffect(() => {
    const { current } = canvas;
    const context = current?.getContext('2d');
    if (!current || !context || width === 0) return;
    const scale = devicePixelRatio;
    current.width = Math.round(width * scale);
    current.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    draw(context, (token) => colorAt(current, token));
  });
}

/** What a colour of the theme is at an element: `light-dark()` resolved, which a custom property keeps as it is written. */
export function colorAt(element: HTMLElement, token: string): string {
  element.style.color = `var(--${token})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}
