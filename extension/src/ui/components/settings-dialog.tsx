import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Modal } from './modal.js';
import { Notices } from './notices.js';
import { SettingsContent } from './settings-content.js';

/** The settings in front of a narrow view. */
export function SettingsDialog(): JSX.Element {
  const store = useStore();
  return (
    <Modal
      class="settings"
      title={t('settings')}
      closeLabel={t('closeSettings')}
      onClose={() => (store.areSettingsOpen.value = false)}
    >
      {() => (
        <>
          <SettingsContent />
          <Notices />
        </>
      )}
    </Modal>
  );
}
