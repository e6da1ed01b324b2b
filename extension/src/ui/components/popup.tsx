import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatInteger, t } from '../../i18n/t.js';
import type { BridgeStatus, TorrentSnapshot } from '../../rpc/types.js';
import type { Compare } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { describeTorrent, type Tone } from '../state/sentences.js';
import { AddBar } from './add-bar.js';
import { BriefRow } from './brief-row.js';
import { DamageCard } from './damage-card.js';
import { FolderCards } from './folder-cards.js';
import { Header } from './header.js';
import { HelperCard } from './helper-card.js';
import { HostNotices } from './host-notices.js';
import { Icon } from './icon.js';
import { IconButton } from './icon-button.js';
import { ListActions } from './list-actions.js';
import { Notices } from './notices.js';
import { PendingAdds } from './pending-adds.js';
import { TurtleButton } from './turtle-button.js';

const SHOWN_TORRENTS = 4;

const RANK: Record<Tone, number> = { attention: 0, problem: 1, active: 2, done: 3, idle: 4 };

/** Those first that need their user or do something; of equal ones, the newest. */
function byUrgency(bridge: BridgeStatus | undefined): Compare {
  const rank = (torrent: TorrentSnapshot): number => RANK[describeTorrent(torrent, bridge).tone];
  return (a, b) => rank(a) - rank(b) || b.addedAt - a.addedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What is going on now, for the toolbar button. */
export function Popup(): JSX.Element {
  const store = useStore();
  const [view] = useState(() => store.addView(computed(() => byUrgency(store.surroundings.value.bridge))));
  const busiest = view.shown.value;
  const rest = busiest.length - SHOWN_TORRENTS;
  return (
    <div class="popup" data-stale={!store.isConnected.value}>
      <Header>
        <TurtleButton />
        <IconButton icon="settings" label={t('settings')} onClick={() => store.shell.openSettings()} />
      </Header>
      <AddBar extent="field" />
      <PendingAdds showFiles={() => store.shell.openSidePanel()} />
      <HostNotices />
      <DamageCard />
      <HelperCard />
      <FolderCards showPanel={() => store.shell.openSidePanel()} />
      <main>
        {store.status.value?.pending.length === 0 && busiest.length === 0 && (
          <p class="hint popup-empty">{t('popupEmpty')}</p>
        )}
        <ul class="briefs" aria-label={t('downloads')}>
          {busiest.slice(0, SHOWN_TORRENTS).map((id) => {
            const torrent = store.torrent(id);
            return torrent && <BriefRow key={id} torrent={torrent} />;
          })}
        </ul>
        {rest > 0 && <p class="hint">{t('andMore', { count: formatInteger(rest) })}</p>}
      </main>
      {busiest.length > 0 && <ListActions />}
      <footer class="popup-footer">
        <button type="button" class="button" onClick={() => store.shell.openSidePanel()}>
          <Icon name="panel" />
          {t('openBeside')}
        </button>
        <button type="button" class="button" onClick={() => store.shell.openManager()}>
          <Icon name="tab" />
          {t('openInTab')}
        </button>
      </footer>
      <Notices />
    </div>
  );
}
