import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { IconButton } from './icon-button.js';
import { SpeedGraph } from './speed-graph.js';

/** How fast all downloads together were, in front of the list. */
export function SpeedDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog speed-dialog" aria-labelledby="speed-title" onClose={onClose}>
      <div class="settings-head">
        <h2 id="speed-title">{t('speedOfAll')}</h2>
        <IconButton icon="close" label={t('close')} onClick={() => dialog.current?.close()} />
      </div>
      <SpeedGraph />
    </dialog>
  );
}
