import type { JSX } from 'preact';

/** Strokes on a grid of 16. */
const PATHS = {
  add: 'M8 3v10M3 8h10',
  alert: 'M8 2.5 14.5 13.5H1.5ZM8 6.5v3.2M8 11.6v.1',
  columns: 'M2 3h12v10H2ZM6.2 3v10M10 3v10',
  filter: 'M2 3.5h12L9.5 8.8v4.4l-3-1.6V8.8Z',
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4ZM10.2 10.2l3.3 3.3',
  sortDown: 'm4.5 6.5 3.5 4 3.5-4',
  sortUp: 'm4.5 9.5 3.5-4 3.5 4',
  check: 'M3 8.5 6.5 12 13 4.5',
  verify: 'M4 1.8h5l3 3v9.4H4ZM6 9.2l1.6 1.6 2.8-3.2',
  chevron: 'm5 6.5 3 3 3-3',
  close: 'm4 4 8 8M12 4l-8 8',
  copy: 'M6 5.5h6.5v8H6ZM3.5 10.5v-8H10',
  down: 'M8 2.5v10M4 8.8l4 4 4-4',
  edit: 'm3 13 .8-3.2 7-7a1.4 1.4 0 0 1 2.4 2.4l-7 7Z',
  file: 'M4 1.8h5l3 3v9.4H4ZM9 1.8v3h3',
  folder: 'M1.8 12.8V3.2h4.4l1.6 1.9h6.4v7.7Z',
  label: 'M2 7.6V2h5.6L14 8.4 8.4 14ZM5 5v.1',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.9.2l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.9-.2l-2 2A2.6 2.6 0 0 0 7 12.3l.9-.9',
  magnet: 'M3 2.5v5.3a5 5 0 0 0 10 0V2.5H9.8v5.3a1.8 1.8 0 0 1-3.6 0V2.5ZM3 5.2h3.2M9.8 5.2H13',
  panel: 'M2 3h12v10H2ZM9.5 3v10',
  more: 'M3.5 8v.1M8 8v.1M12.5 8v.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3v10l8-5Z',
  refresh: 'M13 6.5A5.3 5.3 0 1 0 13.3 9M13.3 2.8v3.9H9.4',
  save: 'M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  settings:
    'M2.5 4.5h5M11.5 4.5h2M2.5 11.5h2M8.5 11.5h5M9.5 2.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6ZM6.5 9.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Z',
  tab: 'M6.5 3H3v10h10V9.5M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  trash: 'M2.5 4.2h11M6 4V2.3h4V4M4 4.5l.7 9.2h6.6l.7-9.2M6.7 7v4.2M9.3 7v4.2',
  bottom: 'M8 2.5v7.5M4.5 6.8 8 10.2l3.5-3.4M3 13.5h10',
  force: 'M8.8 1.8 3.5 9H7l-.8 5.2L12.5 7H8.6Z',
  queue: 'M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h6.5',
  top: 'M8 13.5V6M4.5 9.2 8 5.8l3.5 3.4M3 2.5h10',
  turtle: 'M2 10.5a4.6 4.6 0 0 1 9.2 0ZM11 9.3h1.4a1.4 1.4 0 1 0-1.4-1.7M4 10.7v2M9.2 10.7v2M6.6 6v4.3M4.2 8.2h4.8',
  up: 'M8 13.5v-10M4 7.2l4-4 4 4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words, or on a button that has a label of its own: screen readers pass over it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
