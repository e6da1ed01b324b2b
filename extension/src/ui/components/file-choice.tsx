import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { FilePriorityChange, FileSnapshot, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { formatBytes, formatCount } from '../state/format.js';
import { commonFolder } from '../state/file-paths.js';
import { FileRow } from './file-row.js';
import { LongList } from './long-list.js';

interface FileChoiceProps {
  readonly torrent: TorrentSnapshot;
  readonly files: readonly FileSnapshot[];
}

/** Asks which files are wanted, before anything is downloaded. */
export function FileChoice({ torrent, files }: FileChoiceProps): JSX.Element {
  const store = useStore();
  const chosen = useSignal<ReadonlySet<number>>(new Set(files.filter((f) => f.priority > 0).map(({ index }) => index)));
  const bytes = files.reduce((sum, file) => sum + (chosen.value.has(file.index) ? file.length : 0), 0);
  const hiddenFolder = commonFolder(files);
  const areAllChosen = chosen.value.size === files.length;

  function choose(index: number, isChosen: boolean): void {
    const next = new Set(chosen.value);
    if (isChosen) next.add(index);
    else next.delete(index);
    chosen.value = next;
  }

  const changes = (): FilePriorityChange[] => {
    const indicesOf = (isChosen: boolean) =>
      files.filter(({ index }) => chosen.value.has(index) === isChosen).map(({ index }) => index);
    return [
      { priority: 4, fileIndices: indicesOf(true) },
      { priority: 0, fileIndices: indicesOf(false) },
    ];
  };

  return (
    <div class="choice">
      <p class="choice-head">
        <strong>Choose the files you want</strong>
        <span>
          {chosen.value.size} of {formatCount(files.length, 'file')}, {formatBytes(bytes)}
        </span>
      </p>
      <label class="check choice-all">
        <input
          type="checkbox"
          checked={areAllChosen}
          indeterminate={!areAllChosen && chosen.value.size > 0}
          onChange={() => (chosen.value = new Set(areAllChosen ? [] : files.map(({ index }) => index)))}
        />
        All files
      </label>
      <LongList
        items={files}
        label="Files"
        renderItem={(file) => (
          <FileRow
            key={file.index}
            torrentId={torrent.id}
            file={file}
            hiddenFolder={hiddenFolder}
            isChosen={chosen.value.has(file.index)}
            isChoiceOnly={true}
            onChoose={(isChosen) => choose(file.index, isChosen)}
          />
        )}
      />
      <div class="choice-actions">
        <button
          type="button"
          class="button"
          data-kind="primary"
          disabled={chosen.value.size === 0}
          onClick={() => void store.ask('setPriorities', { torrentId: torrent.id, changes: changes() })}
        >
          Download
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void store.ask('remove', { torrentId: torrent.id, deleteFiles: true })}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}
