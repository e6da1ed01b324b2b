import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { FIELD_IDS } from '../state/view-keys.js';
import { AddBar } from './add-bar.js';
import { Icon } from './icon.js';
import { Modal } from './modal.js';
import { Notices } from './notices.js';

/** The one button for adding, where there is no room for a field. */
export function AddButton(): JSX.Element {
  const store = useStore();
  return (
    <button
      id={FIELD_IDS.add}
      type="button"
      class="button add-button"
      data-kind="primary"
      aria-keyshortcuts="/"
      aria-haspopup="dialog"
      onClick={() => (store.isAddOpen.value = true)}
    >
      <Icon name="add" />
      {t('add')}
    </button>
  );
}

/** All there is to say about a new download, in front of a narrow view; it closes itself once one was added. */
export function AddDialog(): JSX.Element {
  const store = useStore();
  return (
    <Modal class="add-dialog" title={t('addTitle')} onClose={() => (store.isAddOpen.value = false)}>
      {(close) => (
        <>
          <AddBar extent="full" fieldId="add-dialog-field" onAdded={close} />
          <Notices />
        </>
      )}
    </Modal>
  );
}
