import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Details } from './details.js';
import { IconButton } from './icon-button.js';

const [MIN_PX, KEY_STEP_PX] = [120, 24] as const;

/** Below the table: the details of the torrent that was clicked last. Its upper edge is dragged, or moved by the arrow keys. */
export function DetailsPane(): JSX.Element | null {
  const store = useStore();
  const { detailsHeight } = store.prefs;
  const isDragged = useSignal(false);
  const id = store.openId.value;
  const [torrent] = id === undefined ? [] : store.findAll([id]);
  if (id === undefined || !torrent) return null;
  const resize = (height: number): void => {
    detailsHeight.value = Math.round(Math.max(MIN_PX, Math.min(height, innerHeight * 0.7)));
  };
  return (
    <div class="pane" style={{ height: `${detailsHeight.value}px` }}>
      <div
        class="pane-edge"
        role="separator"
        aria-orientation="horizontal"
        aria-label={t('detailsHeight')}
        aria-valuenow={detailsHeight.value}
        aria-valuemin={MIN_PX}
        tabIndex={0}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          isDragged.value = true;
        }}
        onPointerMove={(event) => {
          const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom;
          if (isDragged.peek() && bottom !== undefined) resize(bottom - event.clientY);
        }}
        onPointerUp={() => (isDragged.value = false)}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
          if (step === 0) return;
          event.preventDefault();
          resize(detailsHeight.peek() + step * KEY_STEP_PX);
        }}
      />
      <div class="pane-head">
        <strong class="pane-title" dir="auto" title={torrent.name}>
          {torrent.name}
        </strong>
        <IconButton icon="close" label={t('closeDetails')} onClick={() => store.open(undefined)} />
      </div>
      <Details key={id} id={`details-${id}`} torrent={torrent} />
    </div>
  );
}
