import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { ADD_FIELD_ID } from './add-bar.js';

/** The row whose turn it is once a torrent is gone, or the field for another. */
function focusInsteadOf(torrentId: string, order: readonly string[]): void {
  const place = order.indexOf(torrentId);
  const neighbour = order[place + 1] ?? order[place - 1];
  const row = neighbour && document.querySelector<HTMLElement>(`[data-torrent="${neighbour}"]`);
  (row || document.getElementById(ADD_FIELD_ID))?.focus();
}

/** Asks whether the files go too. Escape and Cancel keep everything. */
export function RemoveDialog(): JSX.Element | null {
  const store = useStore();
  const torrent = store.removing.value;
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    if (torrent && dialog.current && !dialog.current.open) dialog.current.showModal();
  }, [torrent]);

  if (!torrent) return null;
  // The dialog closes itself, which gives the focus back to where it was.
  const close = (): void => dialog.current?.close();
  const onClose = (): void => {
    store.removing.value = undefined;
  };
  const remove = (deleteFiles: boolean) => (): void => {
    close();
    focusInsteadOf(torrent.id, store.shown.value);
    void store.ask('remove', { torrentId: torrent.id, deleteFiles, canUndo: true });
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="remove-title" onClose={onClose}>
      <h2 id="remove-title">{t('removeTitle')}</h2>
      <p class="dialog-name" dir="auto">
        {torrent.name}
      </p>
      <p>{t('removeText')}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={remove(false)}>
          {t('removeKeep')}
        </button>
        <button type="button" class="button" data-kind="danger" onClick={remove(true)}>
          {t('removeDelete')}
        </button>
        <button type="button" class="button" data-kind="quiet" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </dialog>
  );
}
