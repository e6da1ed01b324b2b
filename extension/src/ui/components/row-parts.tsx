import type { ReadonlySignal } from '@preact/signals';
import type { JSX, TargetedMouseEvent } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { describePlace } from '../state/folders.js';
import { formatBytes, formatPercent, joinList } from '../state/format.js';
import { torrentProgress } from '../state/progress.js';
import { describeTimeLeft, type Sentence } from '../state/sentences.js';
import type { Store, Surroundings } from '../state/store.js';

/** What both kinds of row are given. */
export interface RowProps {
  readonly torrent: ReadonlySignal<TorrentSnapshot>;
  /** From 0. */
  readonly place: number;
  /** Pixels from the upper edge of the list. */
  readonly top: number;
  readonly isTabStop: boolean;
  /** At which edge of it the row that is being dragged would come. */
  readonly dropEdge: 'before' | 'after' | undefined;
  /** How high the open details are, in pixels. */
  readonly onDetailsHeight: (height: number) => void;
}

/** All of a row in one sentence, for screen readers. */
export function rowLabel(torrent: TorrentSnapshot, sentence: Sentence): string {
  const progress = torrentProgress(torrent);
  const parts = [torrent.name, sentence.text];
  if (progress !== undefined) parts.push(formatPercent(progress));
  const timeLeft = describeTimeLeft(torrent);
  if (timeLeft) parts.push(timeLeft);
  return joinList(parts);
}

interface RowStateProps {
  readonly torrent: TorrentSnapshot;
  readonly sentence: Sentence;
  readonly surroundings: Surroundings;
}

/** The line under the name: label, what it does, how big it is, where it goes. */
export function RowState({ torrent, sentence, surroundings }: RowStateProps): JSX.Element {
  const place = describePlace(torrent, surroundings);
  return (
    <span class="row-state" title={sentence.text}>
      {torrent.label !== undefined && (
        <span class="row-label" dir="auto">
          {torrent.label}
        </span>
      )}
      <span class="row-sentence">{sentence.text}</span>
      {torrent.totalBytes !== undefined && <span class="row-size"> · {formatBytes(torrent.wantedBytes)}</span>}
      {place && <span class="row-place"> · {place}</span>}
    </span>
  );
}

/** Opens the context menu for a row; what is not selected is selected alone. */
export function openRowMenu(store: Store, event: TargetedMouseEvent<HTMLElement>, torrentId: string): void {
  event.preventDefault();
  if (!store.selection.ids.peek().has(torrentId)) store.selection.select(torrentId);
  const { left, top, height } = event.currentTarget.getBoundingClientRect();
  const isByKey = event.clientX === 0 && event.clientY === 0;
  store.menu.value = isByKey ? { x: left + 16, y: top + height } : { x: event.clientX, y: event.clientY };
}

/** Selects by a click with Control, Command or Shift, or by any click while several are being collected. True when it was for that. */
export function selectByClick(store: Store, event: MouseEvent, torrentId: string): boolean {
  const { selection } = store;
  if (event.shiftKey) selection.extendTo(torrentId, store.shown.peek());
  else if (event.ctrlKey || event.metaKey || selection.isCollecting.peek()) selection.toggle(torrentId);
  else return false;
  return true;
}

/** How many peers are connected. */
export const peerCount = ({ connectedPeers }: TorrentSnapshot): string => formatInteger(connectedPeers);

/** Told of a row that is one of several selected. */
export const selectedWord = (isSelected: boolean): string | undefined => (isSelected ? t('selected') : undefined);
