import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { addFolder, places } from '../state/folders.js';
import { Icon } from './icon.js';

const ADD = 'add';

/** Where what is added goes: the browser, a folder that was picked before, or one that is picked now. */
export function PlaceChoice(): JSX.Element | null {
  const store = useStore();
  const status = store.status.value;
  if (!status) return null;
  const chosen = store.chosenRoot.value ?? status.defaultRoot;

  async function choose(select: HTMLSelectElement): Promise<void> {
    if (select.value !== ADD) {
      store.chosenRoot.value = select.value;
      return;
    }
    select.value = chosen;
    store.chosenRoot.value = (await addFolder(store)) ?? store.chosenRoot.peek();
  }

  return (
    <label class="place" title={t('whereNewGo')}>
      <Icon name="folder" />
      <select
        class="place-select"
        aria-label={t('whereNewGo')}
        value={chosen}
        onChange={({ currentTarget }) => void choose(currentTarget)}
      >
        {places(status.folders).map(({ root, name }) => (
          <option key={root} value={root}>
            {name}
          </option>
        ))}
        <option value={ADD}>{t('pickFolder')}</option>
      </select>
    </label>
  );
}
