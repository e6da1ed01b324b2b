import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { FilePriority } from '../../rpc/types.js';
import type { FolderRow as Folder } from '../state/file-tree.js';
import { formatBytes } from '../state/format.js';
import { Icon } from './icon.js';
import { PrioritySelect } from './priority-select.js';

interface FolderRowProps {
  readonly folder: Folder;
  /** How far to the right its name begins. */
  readonly depth: number;
  readonly isChoiceOnly: boolean;
  readonly onToggle: () => void;
  readonly onPriority: (priority: FilePriority) => void;
}

/** One folder of a tree: whether its files are wanted, and a button that hides them. */
export function FolderRow({ folder, depth, isChoiceOnly, onToggle, onPriority }: FolderRowProps): JSX.Element {
  const { name, isOpen, wanted, priority, bytes } = folder;
  return (
    <li class="file" data-folder data-chosen={wanted !== 'none'} data-plain={isChoiceOnly} style={{ '--depth': depth }}>
      <span class="file-name">
        <button
          type="button"
          class="file-toggle"
          aria-expanded={isOpen}
          aria-label={t('filesIn', { name })}
          onClick={onToggle}
        >
          <Icon name="chevron" />
        </button>
        <label class="check" title={name}>
          <input
            type="checkbox"
            checked={wanted === 'all'}
            indeterminate={wanted === 'some'}
            onChange={() => onPriority(wanted === 'all' ? 0 : 4)}
          />
          <span class="file-path" dir="auto">
            {name}
          </span>
        </label>
      </span>
      <span class="file-size">{formatBytes(bytes)}</span>
      <PrioritySelect priority={priority} name={name} onChange={onPriority} />
    </li>
  );
}
