import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { addFolder, moveTorrent, placeName, places, relocateTorrent } from '../state/folders.js';
import { formatPercent } from '../state/format.js';
import { FieldFrame } from './field-frame.js';
import { Icon } from './icon.js';

const ADD = 'add';

interface PlaceOptionsProps {
  readonly torrent: TorrentSnapshot;
}

/** Where the files of a torrent are, elsewhere if the user wants, or where they are already. */
export function PlaceOptions({ torrent }: PlaceOptionsProps): JSX.Element {
  const store = useStore();
  const status = store.status.value;
  const { root, moveProgress, totalBytes } = torrent;
  const id = `place-${torrent.id}`;
  const known = places(status?.folders ?? []);
  const isMoving = moveProgress !== undefined;
  const isUnknown = totalBytes === undefined;

  async function choose(select: HTMLSelectElement): Promise<void> {
    const chosen = select.value;
    // It says where the files are, until they are elsewhere.
    select.value = root;
    const wanted = chosen === ADD ? await addFolder(store) : chosen;
    if (wanted !== undefined && wanted !== root) await moveTorrent(store, torrent, wanted);
  }

  const hint = isUnknown
    ? t('optionPlaceUnknown')
    : isMoving
      ? t('stateMoving', { percent: formatPercent(moveProgress) })
      : t('optionPlaceHint');
  return (
    <>
      <FieldFrame id={id} label={t('optionPlace')} hint={hint}>
        <select
          id={id}
          class="field place-field"
          aria-describedby={`${id}-hint`}
          disabled={isMoving || isUnknown}
          value={root}
          onChange={({ currentTarget }) => void choose(currentTarget)}
        >
          {known.map((place) => (
            <option key={place.root} value={place.root}>
              {place.name}
            </option>
          ))}
          {!known.some((place) => place.root === root) && <option value={root}>{placeName(root, status)}</option>}
          <option value={ADD}>{t('pickFolder')}</option>
        </select>
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
