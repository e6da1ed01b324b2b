import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../state/context.js';

/** Asks whether the files go too. Escape and Cancel keep everything. */
export function RemoveDialog(): JSX.Element | null {
  const store = useStore();
  const torrent = store.removing.value;
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    if (torrent && dialog.current && !dialog.current.open) dialog.current.showModal();
  }, [torrent]);

  if (!torrent) return null;
  const close = (): void => {
    store.removing.value = undefined;
  };
  const remove = (deleteFiles: boolean) => (): void => {
    close();
    void store.ask('remove', { torrentId: torrent.id, deleteFiles });
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="remove-title" onClose={close}>
      <h2 id="remove-title">Remove this download?</h2>
      <p class="dialog-name" dir="auto">
        {torrent.name}
      </p>
      <p>Its downloaded files can stay on this computer or be deleted too.</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={remove(false)}>
          Remove, keep files
        </button>
        <button type="button" class="button" data-kind="danger" onClick={remove(true)}>
          Remove and delete files
        </button>
        <button type="button" class="button" data-kind="quiet" onClick={close}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}
