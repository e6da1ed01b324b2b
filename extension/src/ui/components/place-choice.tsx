import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Icon } from './icon.js';
import { PlaceField } from './place-field.js';

/** Where what is added goes: the browser, a folder that was picked before, or one that is picked now. */
export function PlaceChoice(): JSX.Element | null {
  const store = useStore();
  const status = store.status.value;
  if (!status) return null;
  return (
    <label class="place" title={t('whereNewGo')}>
      <Icon name="folder" />
      <PlaceField
        class="place-select"
        label={t('whereNewGo')}
        root={store.chosenRoot.value ?? status.defaultRoot}
        onChoose={(root) => (store.chosenRoot.value = root)}
      />
    </label>
  );
}
