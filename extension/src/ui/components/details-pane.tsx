import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { leaveDetails } from '../state/row-focus.js';
import { USUAL_DETAILS_PX } from '../state/view-prefs.js';
import { Details } from './details.js';
import { IconButton } from './icon-button.js';
import { PaneEdge } from './pane-edge.js';

interface DetailsPaneProps {
  /** There is room beside the table. */
  readonly isBeside: boolean;
}

/** Half of the room at most, until the user gives it a height. */
const heightOf = (pixels: number): string => (pixels === USUAL_DETAILS_PX ? `min(${pixels}px, 50%)` : `${pixels}px`);

/** Below the table, or beside it: the details of the torrent that was clicked last. */
export function DetailsPane({ isBeside }: DetailsPaneProps): JSX.Element | null {
  const store = useStore();
  const { detailsHeight, detailsWidth } = store.prefs;
  const id = store.openId.value;
  const [torrent] = id === undefined ? [] : store.findAll([id]);
  if (id === undefined || !torrent) return null;
  return (
    <div
      class="pane"
      data-beside={isBeside}
      style={isBeside ? { width: `${detailsWidth.value}px` } : { height: heightOf(detailsHeight.value) }}
    >
      <PaneEdge isBeside={isBeside} size={isBeside ? detailsWidth : detailsHeight} />
      <div class="pane-head">
        <strong class="pane-title" dir="auto" title={torrent.name}>
          {torrent.name}
        </strong>
        <IconButton icon="close" label={t('closeDetails')} onClick={() => leaveDetails(store, id)} />
      </div>
      <Details key={id} id={`details-${id}`} torrent={torrent} />
    </div>
  );
}
