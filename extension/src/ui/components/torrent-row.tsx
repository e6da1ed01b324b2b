import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatInteger, t, tn } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { ROW_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { describePlace } from '../state/folders.js';
import { formatBytes, formatPercent, joinList } from '../state/format.js';
import { torrentProgress } from '../state/progress.js';
import { isSaveable } from '../state/save.js';
import { describeTimeLeft, describeTorrent, type Sentence } from '../state/sentences.js';
import { ActionButtons } from './action-buttons.js';
import { Details } from './details.js';
import { ProgressBar } from './progress-bar.js';
import { Rate } from './rates.js';
import { SaveTorrent } from './save-torrent.js';

/** More take the place of the percentage in a narrow view. */
const USUAL_ACTIONS = 2;

interface TorrentRowProps {
  readonly torrent: ReadonlySignal<TorrentSnapshot>;
  readonly isTabStop: boolean;
  /** At which edge of it the row that is being dragged would come. */
  readonly dropEdge: 'before' | 'after' | undefined;
}

function rowLabel(torrent: TorrentSnapshot, sentence: Sentence): string {
  const progress = torrentProgress(torrent);
  const parts = [torrent.name, sentence.text];
  if (progress !== undefined) parts.push(formatPercent(progress));
  const timeLeft = describeTimeLeft(torrent);
  if (timeLeft) parts.push(timeLeft);
  return joinList(parts);
}

/** One torrent in the list: two lines in a narrow view, a table row in a wide one, its details below when it is open. */
export function TorrentRow({ torrent: source, isTabStop, dropEdge }: TorrentRowProps): JSX.Element {
  const store = useStore();
  const torrent = source.value;
  const isOpen = useComputed(() => store.openId.value === source.value.id).value;
  const sentence = describeTorrent(torrent, store.status.value?.bridge);
  const progress = torrentProgress(torrent);
  const timeLeft = describeTimeLeft(torrent);
  const place = describePlace(torrent, store.status.value);
  const canSave = isSaveable(torrent);
  const isCrowded = ROW_ACTIONS.filter((action) => action.isAvailable(torrent)).length > USUAL_ACTIONS;
  const detailsId = `details-${torrent.id}`;
  return (
    <li
      class="row"
      data-open={isOpen}
      data-tone={sentence.tone}
      data-timed={timeLeft !== ''}
      data-saveable={canSave}
      data-crowded={isCrowded}
      data-drop={dropEdge}
    >
      <div
        class="row-main"
        role="button"
        tabIndex={isTabStop ? 0 : -1}
        draggable={store.isInQueueOrder.value}
        data-torrent={torrent.id}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId : undefined}
        aria-label={rowLabel(torrent, sentence)}
        onClick={() => store.open(isOpen ? undefined : torrent.id)}
      >
        <span class="row-name" title={torrent.name} dir="auto">
          {torrent.name}
        </span>
        <span class="row-state">
          {torrent.label !== undefined && (
            <span class="row-label" dir="auto">
              {torrent.label}
            </span>
          )}
          <span class="row-sentence">{sentence.text}</span>
          {torrent.totalBytes !== undefined && <span class="row-size"> · {formatBytes(torrent.wantedBytes)}</span>}
          {place && <span class="row-place"> · {place}</span>}
        </span>
        <ProgressBar fraction={progress} tone={sentence.tone} label={t('progressOf', { name: torrent.name })} />
        <span class="row-percent">{progress === undefined ? '' : formatPercent(progress)}</span>
        <Rate direction="down" bytesPerSecond={torrent.downloadRate} />
        <Rate direction="up" bytesPerSecond={torrent.uploadRate} />
        <span class="row-peers" data-idle={torrent.connectedPeers === 0}>
          <span class="row-count">{formatInteger(torrent.connectedPeers)}</span>
          <span class="row-unit">{tn('peers', torrent.connectedPeers)}</span>
        </span>
        <span class="row-time">{timeLeft}</span>
      </div>
      <div class="row-actions">
        {canSave && <SaveTorrent torrent={torrent} />}
        <ActionButtons torrent={torrent} actions={ROW_ACTIONS} />
      </div>
      {isOpen && <Details id={detailsId} torrent={torrent} />}
    </li>
  );
}
