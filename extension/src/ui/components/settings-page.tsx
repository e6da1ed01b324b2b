import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { SETTINGS_SECTIONS, settingsSectionId } from '../state/settings-fields.js';
import { IconButton } from './icon-button.js';
import { SettingsContent } from './settings-content.js';

/** Brings a part of the settings before the eyes, and the keyboard to it. */
function goTo(id: string): void {
  const section = document.getElementById(id);
  if (section instanceof HTMLDetailsElement) section.open = true;
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector<HTMLElement>('input, select, button, summary')?.focus({ preventScroll: true });
}

/** The settings in place of the list, in a wide view: their parts on one side. */
export function SettingsPage(): JSX.Element {
  const store = useStore();
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    page.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const close = (): void => {
    store.areSettingsOpen.value = false;
  };
  return (
    <main
      ref={page}
      class="settings-page"
      tabIndex={-1}
      aria-labelledby="settings-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <nav class="sidebar" aria-label={t('settings')}>
        {SETTINGS_SECTIONS.map((title) => (
          <button key={title} type="button" class="filter" onClick={() => goTo(settingsSectionId(title))}>
            <span class="filter-label">{t(title)}</span>
          </button>
        ))}
      </nav>
      <div class="settings-column">
        <div class="settings-head">
          <h2 id="settings-title">{t('settings')}</h2>
          <IconButton icon="close" label={t('closeSettings')} shortcut="Escape" onClick={close} />
        </div>
        <SettingsContent />
      </div>
    </main>
  );
}
