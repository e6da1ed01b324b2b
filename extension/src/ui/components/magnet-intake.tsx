import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { HelperCard } from './helper-card.js';
import { Header } from './header.js';
import { HostNotices } from './host-notices.js';
import { Icon } from './icon.js';
import { Notices } from './notices.js';
import { PendingAdds } from './pending-adds.js';

/** The page behind a magnet link, for when the link opened a tab after all: one question, then the way to the list. */
export function MagnetIntake(): JSX.Element {
  const store = useStore();
  const status = store.status.value;
  return (
    <div class="intake">
      <Header />
      <PendingAdds showFiles={() => store.shell.openManager()} />
      <HostNotices />
      <HelperCard />
      {status?.pending.length === 0 && status.notices.length === 0 && (
        <p class="intake-done">
          {t('noLinkWaits')}
          <button type="button" class="button" onClick={() => store.shell.openManager()}>
            <Icon name="tab" />
            {t('showDownloads')}
          </button>
        </p>
      )}
      <Notices />
    </div>
  );
}
