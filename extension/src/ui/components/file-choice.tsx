import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatInteger, t, tn } from '../../i18n/t.js';
import type {
  DownloadOrder,
  FilePriority,
  FilePriorityChange,
  FileSnapshot,
  TorrentSnapshot,
} from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { formatBytes } from '../state/format.js';
import { type ChoiceOptions, ChoiceOptionFields } from './choice-options.js';
import { FileTree } from './file-tree.js';
import { RoomHint } from './room-hint.js';

const PRIORITIES: readonly FilePriority[] = [7, 4, 1, 0];

interface FileChoiceProps {
  readonly torrent: TorrentSnapshot;
  readonly files: readonly FileSnapshot[];
  readonly order: DownloadOrder;
}

/** Asks which files are wanted, before anything is downloaded. */
export function FileChoice({ torrent, files, order }: FileChoiceProps): JSX.Element {
  const store = useStore();
  const priorities = useSignal<ReadonlyMap<number, FilePriority>>(
    new Map(files.map(({ index, priority }) => [index, priority])),
  );
  const priorityOf = ({ index }: FileSnapshot): FilePriority => priorities.value.get(index) ?? 4;
  const chosen = files.filter((file) => priorityOf(file) > 0);
  const bytes = chosen.reduce((sum, { length }) => sum + length, 0);
  const options = useSignal<ChoiceOptions>({ start: true, isSequential: order.isSequential, isFirst: false });

  function change({ priority, fileIndices }: FilePriorityChange): void {
    const next = new Map(priorities.value);
    for (const index of fileIndices) next.set(index, priority);
    priorities.value = next;
  }

  const changes = (): FilePriorityChange[] =>
    PRIORITIES.map((priority) => ({
      priority,
      fileIndices: files.filter((file) => priorityOf(file) === priority).map(({ index }) => index),
    })).filter(({ fileIndices }) => fileIndices.length > 0);

  /** The host takes requests in their order, so that none waits for another; the choice of files, which ends the question, is the last. */
  function download(): void {
    const { start, isSequential, isFirst } = options.value;
    const torrentId = torrent.id;
    if (isSequential !== order.isSequential)
      void store.ask('setOrder', { torrentId, order: { ...order, isSequential } });
    if (isFirst) void store.ask('moveInQueue', { torrentId, move: 'top' });
    if (!start) void store.ask('stop', { torrentId });
    void store.ask('setPriorities', { torrentId, changes: changes() });
  }

  return (
    <div class="choice">
      <p class="choice-head">
        <strong>{t('stateChoice')}</strong>
        <span>{tn('chosenOf', files.length, { chosen: formatInteger(chosen.length), size: formatBytes(bytes) })}</span>
      </p>
      <FileTree torrentId={torrent.id} files={files} priorityOf={priorityOf} isChoiceOnly={true} onChange={change} />
      <ChoiceOptionFields torrent={torrent} options={options.value} onChange={(next) => (options.value = next)} />
      <RoomHint torrent={torrent} files={chosen} />
      <div class="choice-actions">
        <button type="button" class="button" data-kind="primary" disabled={chosen.length === 0} onClick={download}>
          {t(options.value.start ? 'download' : 'addStopped')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void store.ask('remove', { torrentId: torrent.id, deleteFiles: true })}
        >
          {t('cancel')}
        </button>
      </div>
    </div>
  );
}
