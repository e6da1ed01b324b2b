import type { JSX } from 'preact';
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
    ? 'It can be moved once its files are known.'
    : isMoving
      ? `Moving its files, ${formatPercent(moveProgress)}`
      : 'Choose another place, and they move there.';
  return (
    <>
      <FieldFrame id={id} label="Place of the files" hint={hint}>
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
          <option value={ADD}>Pick a folder…</option>
        </select>
      </FieldFrame>
      <FieldFrame
        id={`${id}-there`}
        label="I already have these files"
        hint="Show the folder they are in: they are checked, and only what is missing is downloaded."
      >
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
            Find…
          </button>
        </span>
      </FieldFrame>
    </>
  );
}
