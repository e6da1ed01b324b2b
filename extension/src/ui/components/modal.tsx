import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { IconButton } from './icon-button.js';

interface ModalProps {
  readonly title: string;
  readonly class: string;
  readonly closeLabel?: string;
  /** It is closed: by its button, by Escape, or by `close`. */
  readonly onClose: () => void;
  /** @param close Closes it as its button does, which gives the focus back to where it was. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A dialog with a heading and a button to close it, open as long as it is there. */
export function Modal({ title, class: kind, closeLabel, onClose, children }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog ref={dialog} class={`dialog ${kind}`} aria-label={title} onClose={onClose}>
      <div class="settings-head">
        <h2>{title}</h2>
        <IconButton icon="close" label={closeLabel ?? t('close')} onClick={close} />
      </div>
      {children(close)}
    </dialog>
  );
}
