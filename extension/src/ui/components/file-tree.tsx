import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { FilePriority, FilePriorityChange, FileSnapshot } from '../../rpc/types.js';
import { commonFolder } from '../state/file-paths.js';
import { treeRows } from '../state/file-tree.js';
import { FileRow } from './file-row.js';
import { FolderRow } from './folder-row.js';
import { LongList } from './long-list.js';

interface FileTreeProps {
  readonly torrentId: string;
  readonly files: readonly FileSnapshot[];
  readonly priorityOf: (file: FileSnapshot) => FilePriority;
  /** While files are only being chosen there is no progress to show. */
  readonly isChoiceOnly: boolean;
  readonly onChange: (change: FilePriorityChange) => void;
}

/** The files of a torrent in their folders, each with its priority. */
export function FileTree({ torrentId, files, priorityOf, isChoiceOnly, onChange }: FileTreeProps): JSX.Element {
  const closed = useSignal<ReadonlySet<string>>(new Set());
  const rows = treeRows(files, { hiddenFolder: commonFolder(files), closed: closed.value, priorityOf });
  // Where there are folders, the buttons that open them stand before all names.
  const indent = rows.some(({ kind }) => kind === 'folder') ? 1 : 0;

  function toggle(path: string): void {
    const next = new Set(closed.value);
    if (!next.delete(path)) next.add(path);
    closed.value = next;
  }

  return (
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
  );
}
