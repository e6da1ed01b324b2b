import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { saveAll } from '../state/save.js';
import { Icon } from './icon.js';

/** Takes the files of a complete torrent out of the browser's own storage, where nobody would look for them. */
export function SaveTorrent({ torrent }: { readonly torrent: TorrentSnapshot }): JSX.Element {
  const store = useStore();
  const isSaving = useSignal(false);

  async function save(): Promise<void> {
    isSaving.value = true;
    await saveAll(store, torrent);
    isSaving.value = false;
  }

  return (
    <button
      type="button"
      class="button"
      data-kind="quiet"
      aria-label={`Save to Downloads: ${torrent.name}`}
      title="Save to Downloads"
      disabled={isSaving.value}
      onClick={() => void save()}
    >
      <Icon name="save" />
      {isSaving.value ? 'Saving…' : 'Save'}
    </button>
  );
}
