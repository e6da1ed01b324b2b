import type { ComponentChildren, JSX } from 'preact';

/** A title beside the program's sign, the one that the toolbar shows. */
export function Brand({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <h1 class="brand">
      <svg class="icon" viewBox="0 0 128 128" aria-hidden="true">
        <rect class="brand-ground" x="6" y="6" width="116" height="116" rx="28" />
        <g class="brand-arrow">
          <path d="M64 28v46" />
          <path d="M42 54l22 22 22-22" />
          <path d="M30 84a34 34 0 0 0 68 0" />
        </g>
      </svg>
      {children}
    </h1>
  );
}
