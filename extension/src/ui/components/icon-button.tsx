import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { keyWords } from '../state/key-words.js';
import { Icon, type IconName } from './icon.js';

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** What it acts on, where one label stands on many buttons; told to screen readers. */
  readonly subject?: string;
  readonly shortcut?: string | undefined;
  /** Of a button that stays down. */
  readonly isPressed?: boolean;
  /** Tab passes it over. */
  readonly isNoTabStop?: boolean;
  readonly onClick: () => void;
}

/** A button that is only a picture; its label is its tooltip and its name. */
export function IconButton({
  icon,
  label,
  subject,
  shortcut,
  isPressed,
  isNoTabStop,
  onClick,
}: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={subject === undefined ? label : t('subject', { label, subject })}
      aria-keyshortcuts={shortcut}
      aria-pressed={isPressed}
      tabIndex={isNoTabStop ? -1 : undefined}
      title={shortcut === undefined ? label : t('withShortcut', { label, shortcut: keyWords(shortcut) })}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
