import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { IconButton } from './icon-button.js';
import { Notices } from './notices.js';
import { SettingsContent } from './settings-content.js';

/** The settings in front of a narrow view. */
export function SettingsDialog(): JSX.Element {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  // The dialog closes itself, which gives the focus back to where it was.
  const close = (): void => dialog.current?.close();
  const onClose = (): void => {
    store.areSettingsOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="dialog settings" aria-labelledby="settings-title" onClose={onClose}>
      <div class="settings-head">
        <h2 id="settings-title">{t('settings')}</h2>
        <IconButton icon="close" label={t('closeSettings')} onClick={close} />
      </div>
      <SettingsContent />
      <Notices />
    </dialog>
  );
}
