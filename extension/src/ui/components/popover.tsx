import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { IconName } from './icon.js';
import { IconButton } from './icon-button.js';

interface PopoverProps {
  readonly icon: IconName;
  readonly label: string;
  /** What is in it is other than usual: the button stays marked. */
  readonly isMarked?: boolean;
  readonly children: ComponentChildren;
}

/** A button that shows more below it, until Escape or a click elsewhere. */
export function Popover({ icon, label, isMarked = false, children }: PopoverProps): JSX.Element {
  const isOpen = useSignal(false);
  const frame = useRef<HTMLDivElement>(null);
  const isShown = isOpen.value;
  useEffect(() => {
    if (!isShown) return undefined;
    const stop = new AbortController();
    const close = (event: Event): void => {
      const isInside = event.target instanceof Node && frame.current?.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) isOpen.value = false;
    };
    document.addEventListener('pointerdown', close, { signal: stop.signal });
    document.addEventListener('keydown', close, { signal: stop.signal });
    return () => stop.abort();
  }, [isOpen, isShown]);
  return (
    <div ref={frame} class="popover-frame">
      <IconButton
        icon={icon}
        label={label}
        isPressed={isShown || isMarked}
        onClick={() => (isOpen.value = !isOpen.peek())}
      />
      {isShown && (
        <div class="popover" role="group" aria-label={label}>
          {children}
        </div>
      )}
    </div>
  );
}
