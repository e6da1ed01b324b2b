import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { TorrentDetails, TorrentSnapshot } from '../../rpc/types.js';
import { DETAILS_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { leaveDetails } from '../state/row-focus.js';
import { describeNoPeers } from '../state/no-peers.js';
import { FileChoice } from './file-choice.js';
import { FileList } from './file-list.js';
import { Icon } from './icon.js';
import { LogList } from './log-list.js';
import { PeerList } from './peer-list.js';
import { PieceMap } from './piece-map.js';
import { SpeedGraph } from './speed-graph.js';
import { Summary } from './summary.js';
import { Tabs } from './tabs.js';
import { TorrentOptions } from './torrent-options.js';
import { TrackerList } from './tracker-list.js';
import { WhySlow } from './why-slow.js';

interface DetailsProps {
  readonly id: string;
  readonly torrent: TorrentSnapshot;
}

const TABS = ['files', 'peers', 'trackers', 'pieces', 'speed', 'options', 'about', 'log'] as const;

type TabName = (typeof TABS)[number];

const PLAIN_TABS = {
  pieces: 'tabPieces',
  speed: 'tabSpeed',
  options: 'tabOptions',
  about: 'tabAbout',
  log: 'tabLog',
} as const;

function tabLabel(tab: TabName, { files, peers, trackers }: TorrentDetails): string {
  if (tab === 'files') return t('tabFiles', { count: formatInteger(files.length) });
  if (tab === 'peers') return t('tabPeers', { count: formatInteger(peers.length) });
  if (tab === 'trackers') return t('tabTrackers', { count: formatInteger(trackers.length) });
  return t(PLAIN_TABS[tab]);
}

/** What is known of one torrent, below its row. */
export function Details({ id, torrent }: DetailsProps): JSX.Element {
  const store = useStore();
  const tab = useSignal<TabName>('files');
  const details = store.details.value;
  const isChoosing = torrent.state.kind === 'awaiting-choice';
  const isAlone = details !== undefined && details.peers.length === 0;
  const whyAlone = isAlone ? describeNoPeers({ torrent, trackers: details.trackers, status: store.status.value }) : '';
  return (
    <section
      id={id}
      class="details"
      aria-label={t('detailsOf', { name: torrent.name })}
      onKeyDown={(event) => {
        // A field keeps it for what is typed there, an open list of choices for itself.
        const isTaken = event.target instanceof Element && event.target.matches('input:not([type=checkbox]), select');
        if (event.key !== 'Escape' || event.defaultPrevented || isTaken) return;
        event.preventDefault();
        leaveDetails(store, torrent.id);
      }}
    >
      {isChoosing && details && <FileChoice torrent={torrent} files={details.files} order={details.order} />}
      {!isChoosing && (
        <div class="details-actions">
          {DETAILS_ACTIONS.filter((action) => action.isAvailable(torrent)).map((action) => (
            <button
              key={action.id}
              type="button"
              class="button"
              data-kind="quiet"
              onClick={() => action.run(store, [torrent])}
            >
              <Icon name={action.icon} />
              {action.label}
            </button>
          ))}
        </div>
      )}
      {details && !isChoosing && <WhySlow torrent={torrent} details={details} />}
      {!isChoosing && details && (
        <Tabs
          name={id}
          tabs={TABS.map((name) => ({ name, label: tabLabel(name, details) }))}
          selected={tab.value}
          onSelect={(name) => (tab.value = name)}
        >
          {tab.value === 'files' && <FileList torrent={torrent} files={details.files} order={details.order} />}
          {tab.value === 'peers' && <PeerList peers={details.peers} reason={whyAlone} />}
          {tab.value === 'trackers' && <TrackerList torrent={torrent} trackers={details.trackers} />}
          {tab.value === 'pieces' && <PieceMap torrentId={torrent.id} pieceLength={details.pieceLength} />}
          {tab.value === 'speed' && <SpeedGraph torrentId={torrent.id} />}
          {tab.value === 'log' && <LogList torrentId={torrent.id} />}
          {tab.value === 'options' && <TorrentOptions torrent={torrent} />}
          {tab.value === 'about' && <Summary torrent={torrent} details={details} />}
        </Tabs>
      )}
    </section>
  );
}
