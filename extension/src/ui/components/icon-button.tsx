import type { JSX } from 'preact';
import { Icon, type IconName } from './icon.js';

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

/** A button that is only a picture; its label is its tooltip and its name. */
export function IconButton({ icon, label, shortcut, isDisabled = false, onClick }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
