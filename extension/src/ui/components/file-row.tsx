import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { FilePriority, FileSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { formatBytes, formatPercent } from '../state/format.js';
import { splitPath } from '../state/file-paths.js';
import { saveOne } from '../state/save.js';
import { RenameFile } from './file-name.js';
import { Icon } from './icon.js';
import { PrioritySelect } from './priority-select.js';
import { ProgressBar } from './progress-bar.js';

interface FileRowProps {
  readonly torrentId: string;
  readonly file: FileSnapshot;
  readonly name: string;
  /** How far to the right its name begins. */
  readonly depth: number;
  readonly priority: FilePriority;
  /** While files are only being chosen there is no progress to show. */
  readonly isChoiceOnly: boolean;
  readonly onPriority: (priority: FilePriority) => void;
}

function SaveButton({ torrentId, file }: Pick<FileRowProps, 'torrentId' | 'file'>): JSX.Element {
  const store = useStore();
  const progress = useSignal<number | undefined>(undefined);
  const [, name] = splitPath(file.path);

  async function save(): Promise<void> {
    progress.value = 0;
    try {
      await saveOne(store, torrentId, file, (fraction) => (progress.value = fraction));
    } finally {
      progress.value = undefined;
    }
  }

  return (
    <button
      type="button"
      class="button"
      data-kind="quiet"
      aria-label={t('saveFile', { name })}
      disabled={progress.value !== undefined}
      onClick={() => void save()}
    >
      <Icon name="save" />
      {progress.value ? formatPercent(progress.value) : t('save')}
    </button>
  );
}

/** One file: whether it is wanted, how far it is, and a way to save it once it is complete. */
export function FileRow({
  torrentId,
  file,
  name,
  depth,
  priority,
  isChoiceOnly,
  onPriority,
}: FileRowProps): JSX.Element {
  const isChosen = priority > 0;
  const isDone = file.doneBytes >= file.length;
  const fraction = file.length === 0 ? 1 : file.doneBytes / file.length;
  return (
    <li class="file" data-chosen={isChosen} data-plain={isChoiceOnly} style={{ '--depth': depth }}>
      <span class="file-name">
        <label class="check" title={file.path}>
          <input
            type="checkbox"
            checked={isChosen}
            onChange={({ currentTarget }) => onPriority(currentTarget.checked ? 4 : 0)}
          />
          <span class="file-path" dir="auto">
            {name}
          </span>
        </label>
        {!isChoiceOnly && <RenameFile torrentId={torrentId} fileIndex={file.index} name={name} />}
      </span>
      <span class="file-size">{formatBytes(file.length)}</span>
      <PrioritySelect priority={priority} name={name} onChange={onPriority} />
      {!isChoiceOnly && (
        <span class="file-progress">
          <ProgressBar
            fraction={fraction}
            tone={isDone ? 'done' : isChosen ? 'active' : 'idle'}
            label={t('progressOf', { name })}
          />
          <span class="file-percent">{formatPercent(fraction)}</span>
        </span>
      )}
      {!isChoiceOnly && (
        <span class="file-save">
          {isDone && file.publishedShare === undefined && <SaveButton torrentId={torrentId} file={file} />}
          {file.publishedShare === 1 && <span class="file-saved">{t('saved')}</span>}
          {file.waitsForRoom && <span class="file-saved">{t('waitsForRoom')}</span>}
        </span>
      )}
    </li>
  );
}
