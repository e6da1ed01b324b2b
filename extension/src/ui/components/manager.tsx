import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { viewKeyOf } from '../state/view-keys.js';
import { AddBar } from './add-bar.js';
import { AddDialog } from './add-dialog.js';
import { ContextMenu } from './context-menu.js';
import { DamageCard } from './damage-card.js';
import { DetailsPane } from './details-pane.js';
import { DropZone } from './drop-zone.js';
import { FilterSidebar } from './filter-sidebar.js';
import { FolderCards } from './folder-cards.js';
import { Header } from './header.js';
import { HelperCard } from './helper-card.js';
import { HostNotices } from './host-notices.js';
import { IconButton } from './icon-button.js';
import { ListActions } from './list-actions.js';
import { ListToolbar } from './list-toolbar.js';
import { Notices } from './notices.js';
import { PendingAdds } from './pending-adds.js';
import { RemoveDialog } from './remove-dialog.js';
import { SettingsDialog } from './settings-dialog.js';
import { SettingsPage } from './settings-page.js';
import { ShortcutSheet } from './shortcut-sheet.js';
import { SpeedDialog } from './speed-dialog.js';
import { StatusLine } from './status-line.js';
import { TorrentList } from './torrent-list.js';
import { TurtleButton } from './turtle-button.js';
import { useViewSize } from './use-view-size.js';

/** Pixels from which on there is room for a table, for filters beside it, and for details on the other side. */
const [TABLE_PX, SIDEBAR_PX, BESIDE_PX] = [720, 960, 1500] as const;

/** The keys of the whole view, unless something is being typed. */
function useViewKeys(): void {
  const store = useStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox]), select');
      const isInDialog = event.target instanceof Element && event.target.closest('dialog, .settings-page') !== null;
      const key = viewKeyOf(event, store.prefs);
      if (!key || isInDialog || (isTyping && !key.isForFieldsToo)) return;
      event.preventDefault();
      key.run?.(store, (fieldId) => {
        const field = document.getElementById(fieldId);
        field?.focus();
        // A button stands for the field where that has no room.
        if (field instanceof HTMLButtonElement) field.click();
      });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);
}

/** Opens a torrent that waits for a choice of files, once, unless the user looks at another. */
function useOpenChoices(): void {
  const store = useStore();
  const offered = useRef(new Set<string>());
  useSignalEffect(() => {
    const waiting = store.index.counts.value.choosing.find((id) => !offered.current.has(id));
    if (waiting === undefined || store.openId.value !== undefined) return;
    offered.current.add(waiting);
    store.open(waiting);
  });
}

interface ListPageProps {
  readonly isWide: boolean;
  readonly hasSidebar: boolean;
  readonly areDetailsBeside: boolean;
  /** For links. */
  readonly hasField: boolean;
}

/** What wants an answer, and all downloads. */
function ListPage({ isWide, hasSidebar, areDetailsBeside, hasField }: ListPageProps): JSX.Element {
  return (
    <>
      {hasField && <AddBar extent="compact" />}
      <div class="manager-cards">
        <PendingAdds />
        <HostNotices />
        <DamageCard />
        <HelperCard />
        <FolderCards />
      </div>
      <main class="manager-main" data-sidebar={hasSidebar}>
        {hasSidebar && <FilterSidebar />}
        <div class="manager-list">
          <ListToolbar hasSidebar={hasSidebar} hasField={hasField} />
          <div class="list-and-details" data-beside={areDetailsBeside}>
            <TorrentList />
            {isWide && <DetailsPane isBeside={areDetailsBeside} />}
          </div>
        </div>
      </main>
    </>
  );
}

/** The whole list: the side panel and the manager tab, which differ only in width. */
export function Manager(): JSX.Element {
  useViewKeys();
  useOpenChoices();
  const store = useStore();
  const root = useRef<HTMLDivElement>(null);
  const { width } = useViewSize(root).value;
  const isWide = width >= TABLE_PX;
  const hasSidebar = width >= SIDEBAR_PX;
  // Before the width is known there is none.
  const hasField = isWide || width === 0;
  const areSettingsOpen = store.areSettingsOpen.value;
  const isAddOpen = store.isAddOpen.value;
  const isSpeedOpen = useSignal(false);
  useEffect(() => {
    store.isWide.value = isWide;
  }, [store, isWide]);
  return (
    <div ref={root} class="manager" data-layout={isWide ? 'wide' : 'narrow'} data-stale={!store.isConnected.value}>
      <Header onSpeeds={() => (isSpeedOpen.value = true)}>
        <ListActions />
        <TurtleButton />
        <IconButton
          icon="settings"
          label={t('settings')}
          shortcut=","
          onClick={() => (store.areSettingsOpen.value = !areSettingsOpen)}
        />
      </Header>
      {areSettingsOpen && isWide ? (
        <SettingsPage />
      ) : (
        <ListPage isWide={isWide} hasSidebar={hasSidebar} areDetailsBeside={width >= BESIDE_PX} hasField={hasField} />
      )}
      <StatusLine />
      {/* Above the dialog while that is open: it is in front of everything. */}
      {!(areSettingsOpen && !isWide) && !isAddOpen && <Notices />}
      <RemoveDialog />
      {areSettingsOpen && !isWide && <SettingsDialog />}
      {isAddOpen && <AddDialog />}
      <ShortcutSheet />
      {isSpeedOpen.value && <SpeedDialog onClose={() => (isSpeedOpen.value = false)} />}
      <ContextMenu />
      <DropZone />
    </div>
  );
}
