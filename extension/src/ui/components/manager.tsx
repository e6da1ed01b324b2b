import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { AddBar, ADD_FIELD_ID } from './add-bar.js';
import { DropZone } from './drop-zone.js';
import { DamageCard } from './damage-card.js';
import { FolderCards } from './folder-cards.js';
import { Header } from './header.js';
import { HelperCard } from './helper-card.js';
import { HostNotices } from './host-notices.js';
import { IconButton } from './icon-button.js';
import { LabelFilter } from './label-filter.js';
import { ListActions } from './list-actions.js';
import { Notices } from './notices.js';
import { PendingAdds } from './pending-adds.js';
import { RemoveDialog } from './remove-dialog.js';
import { SettingsDialog } from './settings-dialog.js';
import { StatusLine } from './status-line.js';
import { TorrentList } from './torrent-list.js';
import { TurtleButton } from './turtle-button.js';

/** `/` goes to the field where links are pasted. */
function useSlashKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input[type=text]');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      document.getElementById(ADD_FIELD_ID)?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Opens a torrent that waits for a choice of files, once, unless the user looks at another. */
function useOpenChoices(): void {
  const store = useStore();
  const offered = useRef(new Set<string>());
  useSignalEffect(() => {
    const waiting = store
      .allTorrents()
      .find(({ id, state }) => state.kind === 'awaiting-choice' && !offered.current.has(id));
    if (!waiting || store.openId.value !== undefined) return;
    offered.current.add(waiting.id);
    store.open(waiting.id);
  });
}

/** The whole list: the side panel and the manager tab, which differ only in width. */
export function Manager(): JSX.Element {
  useSlashKey();
  useOpenChoices();
  const store = useStore();
  return (
    <div class="manager" data-stale={!store.isConnected.value}>
      <Header>
        <ListActions />
        <TurtleButton />
        <IconButton icon="settings" label={t('settings')} onClick={() => (store.areSettingsOpen.value = true)} />
      </Header>
      <AddBar hasFiles={true} />
      <PendingAdds />
      <HostNotices />
      <DamageCard />
      <HelperCard />
      <FolderCards />
      <main>
        <LabelFilter />
        <TorrentList />
      </main>
      <StatusLine />
      {/* Above the dialog while that is open: it is in front of everything. */}
      {!store.areSettingsOpen.value && <Notices />}
      <RemoveDialog />
      <SettingsDialog />
      <DropZone />
    </div>
  );
}
