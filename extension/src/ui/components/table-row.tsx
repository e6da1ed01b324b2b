import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { ROW_ACTIONS } from '../state/actions.js';
import { columnOf, type ColumnId } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { formatBytes, formatDecimal, formatDuration, formatPercent, formatTime } from '../state/format.js';
import { torrentProgress } from '../state/progress.js';
import { isSaveable } from '../state/save.js';
import { describeTorrent, type Sentence } from '../state/sentences.js';
import type { Surroundings } from '../state/store.js';
import { ActionButtons } from './action-buttons.js';
import { ProgressBar } from './progress-bar.js';
import { Rate } from './rates.js';
import { openRowMenu, peerCount, rowLabel, type RowProps, RowState, selectByClick } from './row-parts.js';
import { SaveTorrent } from './save-torrent.js';

interface CellProps {
  readonly torrent: TorrentSnapshot;
  readonly sentence: Sentence;
  readonly surroundings: Surroundings;
}

const timeOf = (time: number | undefined): string => (time === undefined ? '' : formatTime(time));

/** What stands in each column. */
const CELLS: Readonly<Record<ColumnId, (props: CellProps) => JSX.Element | string>> = {
  name: (props) => (
    <>
      <span class="row-name" title={props.torrent.name} dir="auto">
        {props.torrent.name}
      </span>
      <RowState {...props} />
    </>
  ),
  state: ({ sentence }) => (
    <span class="row-sentence" title={sentence.text}>
      {sentence.text}
    </span>
  ),
  progress: ({ torrent, sentence }) => {
    const progress = torrentProgress(torrent);
    return (
      <>
        <ProgressBar fraction={progress} tone={sentence.tone} label={t('progressOf', { name: torrent.name })} />
        <span class="row-percent">{progress === undefined ? '' : formatPercent(progress)}</span>
      </>
    );
  },
  size: ({ torrent: { totalBytes } }) => (totalBytes === undefined ? '' : formatBytes(totalBytes)),
  down: ({ torrent }) => <Rate direction="down" bytesPerSecond={torrent.downloadRate} />,
  up: ({ torrent }) => <Rate direction="up" bytesPerSecond={torrent.uploadRate} />,
  peers: ({ torrent }) => (
    <span class="row-peers" data-idle={torrent.connectedPeers === 0}>
      {peerCount(torrent)}
    </span>
  ),
  seeds: ({ torrent }) => formatInteger(torrent.connectedSeeds),
  time: ({ torrent: { etaSeconds } }) => (etaSeconds === undefined ? '' : (formatDuration(etaSeconds) ?? '')),
  ratio: ({ torrent: { shareRatio } }) => (shareRatio === undefined ? '' : formatDecimal(shareRatio, 2)),
  downloaded: ({ torrent }) => formatBytes(torrent.downloadedBytes),
  uploaded: ({ torrent }) => formatBytes(torrent.uploadedBytes),
  label: ({ torrent: { label } }) => label ?? '',
  added: ({ torrent }) => timeOf(torrent.addedAt),
  completed: ({ torrent }) => timeOf(torrent.completedAt),
  queue: ({ torrent }) => formatInteger(torrent.queuePosition + 1),
};

/** One torrent in the table. A click shows it in the pane below. */
export function TableRow({ torrent: source, place, top, isTabStop, dropEdge }: RowProps): JSX.Element {
  const store = useStore();
  const torrent = source.value;
  const { id } = torrent;
  const isOpen = useComputed(() => store.openId.value === id).value;
  const isSelected = useComputed(() => store.selection.ids.value.has(id)).value;
  const surroundings = store.surroundings.value;
  const sentence = describeTorrent(torrent, surroundings.bridge);
  return (
    <div
      class="row"
      role="row"
      tabIndex={isTabStop ? 0 : -1}
      draggable={store.isInQueueOrder.value}
      data-torrent={id}
      data-open={isOpen}
      data-selected={isSelected}
      data-tone={sentence.tone}
      data-drop={dropEdge}
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      aria-label={rowLabel(torrent, sentence)}
      style={{ top: `${top}px` }}
      onContextMenu={(event) => openRowMenu(store, event, id)}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button')) return;
        if (selectByClick(store, event, id)) return;
        store.selection.select(id);
        store.open(id);
      }}
    >
      {store.shownColumns.value.map(({ id: column }) => (
        <div key={column} class="cell" role="gridcell" data-column={column} data-figure={columnOf(column)?.isFigure}>
          {CELLS[column]({ torrent, sentence, surroundings })}
        </div>
      ))}
      <div class="row-actions" role="gridcell">
        {isSaveable(torrent) && <SaveTorrent torrent={torrent} isTabStop={isTabStop} />}
        <ActionButtons torrent={torrent} actions={ROW_ACTIONS} isTabStop={isTabStop} />
      </div>
    </div>
  );
}
