import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { BROWSER_ROOT, type FileSnapshot, type TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { addFolder } from '../state/folders.js';
import { formatBytes } from '../state/format.js';

interface RoomHintProps {
  readonly torrent: TorrentSnapshot;
  /** What is to be downloaded. */
  readonly files: readonly FileSnapshot[];
}

/** Before a download starts that needs more room than there is: what will happen, and what can be done. */
export function RoomHint({ torrent, files }: RoomHintProps): JSX.Element {
  const store = useStore();
  const { id, root } = torrent;
  const freeBytes = useSignal<number | null>(null);
  useEffect(() => {
    void store.ask('getRoom', { root }).then((room) => (freeBytes.value = room ?? null));
  }, [root]);

  async function pick(): Promise<void> {
    const folder = await addFolder(store);
    if (folder !== undefined) await store.ask('moveTorrent', { torrentId: id, root: folder });
  }

  const missing = files.map(({ length, doneBytes }) => length - doneBytes);
  const needed = missing.reduce((sum, bytes) => sum + bytes, 0);
  const free = freeBytes.value;
  const isShort = free !== null && needed > free;
  const room = { free: formatBytes(free ?? 0) };
  return (
    <div aria-live="polite">
      {isShort && (
        <p class="hint choice-room">
          {root === BROWSER_ROOT
            ? t('roomInBrowser', { ...room, needed: formatBytes(needed) })
            : t(missing.some((bytes) => bytes > free) ? 'roomInParts' : 'roomFileAfterFile', room)}
        </p>
      )}
      {isShort && root === BROWSER_ROOT && (
        <button type="button" class="button" onClick={() => void pick()}>
          {t('roomPick')}
        </button>
      )}
    </div>
  );
}
