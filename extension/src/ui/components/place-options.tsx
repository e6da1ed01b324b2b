import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { moveTorrent, relocateTorrent } from '../state/folders.js';
import { formatPercent } from '../state/format.js';
import { FieldFrame } from './field-frame.js';
import { Icon } from './icon.js';
import { PlaceField } from './place-field.js';

interface PlaceOptionsProps {
  readonly torrent: TorrentSnapshot;
}

/** Where the files of a torrent are, elsewhere if the user wants, or where they are already. */
export function PlaceOptions({ torrent }: PlaceOptionsProps): JSX.Element {
  const store = useStore();
  const { root, moveProgress, totalBytes } = torrent;
  const id = `place-${torrent.id}`;
  const isMoving = moveProgress !== undefined;
  const isUnknown = totalBytes === undefined;

  const hint = isUnknown
    ? t('optionPlaceUnknown')
    : isMoving
      ? t('stateMoving', { percent: formatPercent(moveProgress) })
      : t('optionPlaceHint');
  return (
    <>
      <FieldFrame id={id} label={t('optionPlace')} hint={hint}>
        <PlaceField
          id={id}
          class="field place-field"
          describedBy={`${id}-hint`}
          disabled={isMoving || isUnknown}
          root={root}
          onChoose={(wanted) => moveTorrent(store, torrent, wanted)}
        />
      </FieldFrame>
      <FieldFrame id={`${id}-there`} label={t('optionThere')} hint={t('optionThereHint')}>
        <span class="option-buttons">
          <button
            id={`${id}-there`}
            type="button"
            class="button"
            aria-describedby={`${id}-there-hint`}
            disabled={isMoving || isUnknown}
            onClick={() => void relocateTorrent(store, torrent)}
          >
            <Icon name="folder" />
            {t('optionFind')}
          </button>
        </span>
      </FieldFrame>
    </>
  );
}
