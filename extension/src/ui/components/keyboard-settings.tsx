import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { settingsSectionId } from '../state/settings-fields.js';

/** The way to the sheet of all keys, and out of those that work wherever the focus is (WCAG 2.2, 2.1.4). */
export function KeyboardSettings(): JSX.Element {
  const store = useStore();
  const { hasCharacterKeys } = store.prefs;
  return (
    <section id={settingsSectionId('shortcuts')} class="settings-group" aria-label={t('shortcuts')}>
      <h3>{t('shortcuts')}</h3>
      <div class="setting">
        <label class="setting-label" for="character-keys">
          {t('characterKeys')}
        </label>
        <span id="character-keys-hint" class="setting-hint">
          {t('characterKeysHint')}
        </span>
        <input
          id="character-keys"
          type="checkbox"
          aria-describedby="character-keys-hint"
          checked={hasCharacterKeys.value}
          onChange={({ currentTarget }) => (hasCharacterKeys.value = currentTarget.checked)}
        />
      </div>
      <div class="setting-more">
        <button type="button" class="button" onClick={() => (store.areShortcutsOpen.value = true)}>
          {t('showShortcuts')}
        </button>
      </div>
    </section>
  );
}
