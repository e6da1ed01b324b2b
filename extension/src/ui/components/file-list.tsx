import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { DownloadOrder, FileSnapshot, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { FileTree } from './file-tree.js';
import { OrderSwitches } from './order-switches.js';

interface FileListProps {
  readonly torrent: TorrentSnapshot;
  readonly files: readonly FileSnapshot[];
  readonly order: DownloadOrder;
}

/** The files of a torrent that runs; a change of choice counts at once. */
export function FileList({ torrent, files, order }: FileListProps): JSX.Element {
  const store = useStore();
  if (files.length === 0) return <p class="hint">{t('filesArrive')}</p>;
  return (
    <>
      {files.some(({ waitsForRoom }) => waitsForRoom) && (
        <p class="hint" role="status">
          {t('filesNoRoom')}
        </p>
      )}
      <FileTree
        torrentId={torrent.id}
        files={files}
        priorityOf={({ priority }) => priority}
        isChoiceOnly={false}
        onChange={(change) => void store.ask('setPriorities', { torrentId: torrent.id, changes: [change] })}
      >
        {files.some(({ priority, doneBytes, length }) => priority > 0 && doneBytes < length) && (
          <OrderSwitches torrent={torrent} order={order} />
        )}
      </FileTree>
    </>
  );
}
