import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { t, tn } from '../../i18n/t.js';
import type { FilePriority, FilePriorityChange, FileSnapshot } from '../../rpc/types.js';
import { matchingFiles } from '../state/file-filter.js';
import { commonFolder } from '../state/file-paths.js';
import { treeRows } from '../state/file-tree.js';
import { FileFilter } from './file-filter.js';
import { FileRow } from './file-row.js';
import { FolderRow } from './folder-row.js';
import { LongList } from './long-list.js';

/** Fewer are seen at a glance. */
const MIN_FILTERED_FILES = 5;

interface FileTreeProps {
  readonly torrentId: string;
  readonly files: readonly FileSnapshot[];
  readonly priorityOf: (file: FileSnapshot) => FilePriority;
  /** While files are only being chosen there is no progress to show. */
  readonly isChoiceOnly: boolean;
  readonly onChange: (change: FilePriorityChange) => void;
  /** What else is decided about the files, beside the search. */
  readonly children?: ComponentChildren;
}

/** The files of a torrent in their folders, each with its priority. */
export function FileTree({
  torrentId,
  files,
  priorityOf,
  isChoiceOnly,
  onChange,
  children,
}: FileTreeProps): JSX.Element {
  const filter = useSignal('');
  // A folder that was closed before hides nothing that is searched for.
  const folded = [useSignal<ReadonlySet<string>>(new Set()), useSignal<ReadonlySet<string>>(new Set())] as const;
  const shown = matchingFiles(files, filter.value);
  const isNarrowed = shown !== files;
  const closed = folded[isNarrowed ? 1 : 0];
  const wanted = shown.filter((file) => priorityOf(file) > 0).length;
  const rows = treeRows(shown, { hiddenFolder: commonFolder(files), closed: closed.value, priorityOf });
  // Where there are folders, the buttons that open them stand before all names.
  const indent = rows.some(({ kind }) => kind === 'folder') ? 1 : 0;

  function toggle(path: string): void {
    const next = new Set(closed.value);
    if (!next.delete(path)) next.add(path);
    closed.value = next;
  }

  return (
    <>
      <div class="file-tools">
        {files.length >= MIN_FILTERED_FILES && <FileFilter value={filter} />}
        {(isChoiceOnly || isNarrowed) && shown.length > 0 && (
          <label class="check choice-all">
            <input
              type="checkbox"
              checked={wanted === shown.length}
              indeterminate={wanted > 0 && wanted < shown.length}
              onChange={() =>
                onChange({
                  priority: wanted === shown.length ? 0 : 4,
                  fileIndices: shown.map(({ index }) => index),
                })
              }
            />
            {isNarrowed ? tn('allMatching', shown.length) : t('allFiles')}
          </label>
        )}
        {children}
      </div>
      {shown.length === 0 && (
        <p class="hint" role="status">
          {t('noFileMatches')}
        </p>
      )}
      <LongList
        items={rows}
        label={t('files')}
        renderItem={(row) =>
          row.kind === 'folder' ? (
            <FolderRow
              key={row.path}
              folder={row}
              depth={row.depth + indent}
              isChoiceOnly={isChoiceOnly}
              onToggle={() => toggle(row.path)}
              onPriority={(priority) => onChange({ priority, fileIndices: row.fileIndices })}
            />
          ) : (
            <FileRow
              key={row.file.index}
              torrentId={torrentId}
              file={row.file}
              name={row.name}
              depth={row.depth + indent}
              priority={priorityOf(row.file)}
              isChoiceOnly={isChoiceOnly}
              onPriority={(priority) => onChange({ priority, fileIndices: [row.file.index] })}
            />
          )
        }
      />
    </>
  );
}
