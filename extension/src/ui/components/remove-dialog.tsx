import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t, tn } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { remove } from '../state/removal.js';

/** Asks whether the files go too. Escape and Cancel keep everything. */
export function RemoveDialog(): JSX.Element | null {
  const store = useStore();
  const torrents = store.removing.value;
  const [first] = torrents;
  const isAsked = first !== undefined;
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    if (isAsked && dialog.current && !dialog.current.open) dialog.current.showModal();
  }, [isAsked]);

  if (!first) return null;
  // The dialog closes itself, which gives the focus back to where it was.
  const close = (): void => dialog.current?.close();
  const onClose = (): void => {
    store.removing.value = [];
  };
  const choose = (deleteFiles: boolean) => (): void => {
    const ids = torrents.map(({ id }) => id);
    close();
    remove(store, ids, { deleteFiles });
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="remove-title" onClose={onClose}>
      <h2 id="remove-title">{torrents.length === 1 ? t('removeTitle') : tn('removeSeveral', torrents.length)}</h2>
      <p class="dialog-name" dir="auto">
        {torrents.length === 1 ? first.name : t('nameAndMore', { name: first.name, count: torrents.length - 1 })}
      </p>
      <p>{t('removeText')}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={choose(false)}>
          {t('removeKeep')}
        </button>
        <button type="button" class="button" data-kind="danger" onClick={choose(true)}>
          {t('removeDelete')}
        </button>
        <button type="button" class="button" data-kind="quiet" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </dialog>
  );
}
