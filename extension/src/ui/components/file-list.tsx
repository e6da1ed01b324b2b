import type { JSX } from 'preact';
import type { FileSnapshot, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { commonFolder } from '../state/file-paths.js';
import { FileRow } from './file-row.js';
import { LongList } from './long-list.js';

interface FileListProps {
  readonly torrent: TorrentSnapshot;
  readonly files: readonly FileSnapshot[];
}

/** The files of a torrent that runs; a change of choice counts at once. */
export function FileList({ torrent, files }: FileListProps): JSX.Element {
  const store = useStore();
  if (files.length === 0) return <p class="hint">The list of files arrives with the first peers.</p>;

  const hiddenFolder = commonFolder(files);

  function choose({ index }: FileSnapshot, isChosen: boolean): void {
    const changes = [{ priority: isChosen ? 4 : 0, fileIndices: [index] }] as const;
    void store.ask('setPriorities', { torrentId: torrent.id, changes });
  }

  return (
    <LongList
      items={files}
      label="Files"
      renderItem={(file) => (
        <FileRow
          key={file.index}
          torrentId={torrent.id}
          file={file}
          hiddenFolder={hiddenFolder}
          isChosen={file.priority > 0}
          isChoiceOnly={false}
          onChoose={(isChosen) => choose(file, isChosen)}
        />
      )}
    />
  );
}
