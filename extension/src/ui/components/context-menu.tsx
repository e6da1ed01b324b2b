import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { MENU_ACTIONS, runAction, shortcutName, type TorrentAction } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { keyWords } from '../state/key-words.js';
import { Icon } from './icon.js';

const EDGE_PX = 8;

interface MenuItemProps {
  readonly action: TorrentAction;
  readonly onClick: () => void;
}

function MenuItem({ action, onClick }: MenuItemProps): JSX.Element {
  const shortcut = shortcutName(action);
  return (
    <button
      type="button"
      class="menu-item"
      role="menuitem"
      tabIndex={-1}
      aria-keyshortcuts={shortcut}
      onClick={onClick}
    >
      <Icon name={action.icon} />
      <span>{action.label}</span>
      {shortcut !== undefined && (
        <kbd aria-hidden="true" dir="ltr">
          {keyWords(shortcut)}
        </kbd>
      )}
    </button>
  );
}

function OpenMenu({ x, y }: { readonly x: number; readonly y: number }): JSX.Element {
  const store = useStore();
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef(document.activeElement);
  const torrents = store.findAll(store.selection.ids.value);
  const close = (): void => {
    store.menu.value = undefined;
  };
  const isEmpty = torrents.length === 0;

  // What it was for was removed elsewhere.
  useEffect(() => {
    if (isEmpty) store.menu.value = undefined;
  }, [store, isEmpty]);

  useLayoutEffect(() => {
    const { current } = menu;
    if (!current) return;
    const { width, height } = current.getBoundingClientRect();
    const isRightToLeft = document.documentElement.dir === 'rtl';
    current.style.left = `${Math.max(EDGE_PX, Math.min(isRightToLeft ? x - width : x, innerWidth - width - EDGE_PX))}px`;
    current.style.top = `${Math.max(EDGE_PX, Math.min(y, innerHeight - height - EDGE_PX))}px`;
    current.querySelector('button')?.focus();
  }, [x, y]);

  useEffect(() => {
    const stop = new AbortController();
    const closeOutside = (event: Event): void => {
      if (!(event.target instanceof Node && menu.current?.contains(event.target))) store.menu.value = undefined;
    };
    document.addEventListener('pointerdown', closeOutside, { signal: stop.signal, capture: true });
    addEventListener('blur', closeOutside, { signal: stop.signal });
    addEventListener('resize', closeOutside, { signal: stop.signal });
    return () => stop.abort();
  }, [store]);

  function leave(): void {
    close();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLElement>): void {
    const items = [...event.currentTarget.querySelectorAll('button')];
    const place = items.findIndex((item) => item === document.activeElement);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: (place + 1) % items.length,
      ArrowUp: (place - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') leave();
    else if (event.key in target) items[target[event.key] ?? 0]?.focus();
    else return;
    event.preventDefault();
  }

  function run(action: TorrentAction): void {
    leave();
    runAction(store, action, torrents);
  }

  const groups = MENU_ACTIONS.map((actions) =>
    actions.filter((action) => torrents.some((torrent) => action.isAvailable(torrent))),
  ).filter((actions) => actions.length > 0);
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={t('actions')}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {groups.map((actions, place) => (
        <div key={actions[0]?.id} class="menu-group" role="group">
          {place > 0 && <hr />}
          {actions.map((action) => (
            <MenuItem key={action.id} action={action} onClick={() => run(action)} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** What can be done with the selected torrents, where the pointer or the focus is. */
export function ContextMenu(): JSX.Element | null {
  const place = useStore().menu.value;
  return place ? <OpenMenu {...place} /> : null;
}
