import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { IconButton } from './icon-button.js';

/** Slow mode, on or off. */
export function TurtleButton(): JSX.Element {
  const store = useStore();
  const isOn = store.status.value?.client.isTurtleOn ?? false;
  return (
    <IconButton
      icon="turtle"
      label={t('slowMode')}
      isPressed={isOn}
      onClick={() => void store.ask('switchTurtle', { isOn: !isOn })}
    />
  );
}
