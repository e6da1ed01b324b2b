import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t, tn } from '../../i18n/t.js';
import { ROW_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { formatPercent } from '../state/format.js';
import { torrentProgress } from '../state/progress.js';
import { isSaveable } from '../state/save.js';
import { describeTimeLeft, describeTorrent } from '../state/sentences.js';
import { ActionButtons } from './action-buttons.js';
import { Details } from './details.js';
import { ProgressBar } from './progress-bar.js';
import { Rate } from './rates.js';
import { openRowMenu, rowLabel, type RowProps, RowState, selectByClick, selectedWord } from './row-parts.js';
import { SaveTorrent } from './save-torrent.js';

/** More take the place of the percentage. */
const USUAL_ACTIONS = 2;

/** One torrent in a narrow view: two lines and a bar, its details below when it is open. */
export function TorrentRow({ torrent: source, top, isTabStop, dropEdge, onDetailsHeight }: RowProps): JSX.Element {
  const store = useStore();
  const torrent = source.value;
  const { id } = torrent;
  const isOpen = useComputed(() => store.openId.value === id).value;
  const isSelected = useComputed(() => store.selection.ids.value.has(id) && store.selection.ids.value.size > 1).value;
  const surroundings = store.surroundings.value;
  const sentence = describeTorrent(torrent, surroundings.bridge);
  // The details say the whole of it.
  const isSaidBelow = isOpen && (torrent.state.kind === 'failed' || torrent.attention !== undefined);
  const shortSentence = isSaidBelow ? { ...sentence, text: t('filterErrored') } : sentence;
  const progress = torrentProgress(torrent);
  const timeLeft = describeTimeLeft(torrent);
  const canSave = isSaveable(torrent);
  const isCrowded = ROW_ACTIONS.filter((action) => action.isAvailable(torrent)).length > USUAL_ACTIONS;
  const detailsId = `details-${id}`;
  const below = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const { current } = below;
    if (!isOpen || !current) return undefined;
    const tell = (): void => onDetailsHeight(current.offsetHeight);
    tell();
    const observer = new ResizeObserver(tell);
    observer.observe(current);
    return () => observer.disconnect();
  }, [isOpen, onDetailsHeight]);

  return (
    <div
      class="row"
      role="listitem"
      style={{ top: `${top}px` }}
      data-open={isOpen}
      data-selected={isSelected}
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
        data-torrent={id}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId : undefined}
        aria-label={rowLabel(torrent, sentence)}
        aria-description={selectedWord(isSelected)}
        onContextMenu={(event) => openRowMenu(store, event, id)}
        onClick={(event) => {
          if (selectByClick(store, event, id)) return;
          store.selection.select(id);
          store.open(isOpen ? undefined : id);
        }}
      >
        <span class="row-head">
          <span class="row-name" title={torrent.name} dir="auto">
            {torrent.name}
          </span>
          <span class="row-percent">{progress === undefined ? '' : formatPercent(progress)}</span>
        </span>
        <ProgressBar fraction={progress} tone={sentence.tone} label={t('progressOf', { name: torrent.name })} />
        <span class="row-facts">
          <RowState torrent={torrent} sentence={shortSentence} surroundings={surroundings} />
          <span class="row-time">{timeLeft}</span>
          <span class="row-peers" data-idle={torrent.connectedPeers === 0}>
            {tn('peers', torrent.connectedPeers)}
          </span>
          <Rate direction="down" bytesPerSecond={torrent.downloadRate} />
          <Rate direction="up" bytesPerSecond={torrent.uploadRate} />
        </span>
      </div>
      <div class="row-actions">
        {canSave && <SaveTorrent torrent={torrent} isTabStop={isTabStop} />}
        <ActionButtons torrent={torrent} actions={ROW_ACTIONS} isTabStop={isTabStop} />
      </div>
      {isOpen && (
        <div ref={below} class="row-below">
          <Details id={detailsId} torrent={torrent} />
        </div>
      )}
    </div>
  );
}
