import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { Modal } from './modal.js';
import { SpeedGraph } from './speed-graph.js';

/** How fast all downloads together were, in front of the list. */
export function SpeedDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal class="speed-dialog" title={t('speedOfAll')} onClose={onClose}>
      {() => <SpeedGraph />}
    </Modal>
  );
}
