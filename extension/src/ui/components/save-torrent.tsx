import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { saveAll } from '../state/save.js';
import { Icon } from './icon.js';

interface SaveTorrentProps {
  readonly torrent: TorrentSnapshot;
  readonly isTabStop?: boolean;
}

/** Takes the files of a complete torrent out of the browser's own storage, where nobody would look for them. */
export function SaveTorrent({ torrent, isTabStop = true }: SaveTorrentProps): JSX.Element {
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
      aria-label={t('subject', { label: t('saveToDownloads'), subject: torrent.name })}
      title={t('saveToDownloads')}
      tabIndex={isTabStop ? undefined : -1}
      disabled={isSaving.value}
      onClick={() => void save()}
    >
      <Icon name="save" />
      {t(isSaving.value ? 'saving' : 'save')}
    </button>
  );
}
