import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { MAX_UNDO_LINES } from '../state/removal.js';
import { undoRemove } from '../state/undo.js';
import { Icon } from './icon.js';

/** Control (or Command) and Z take the last removal back, unless something is being typed. */
function useUndoKey(): void {
  const store = useStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox])');
      const last = store.status.peek()?.client.removed.at(-1);
      if (!isUndo || event.shiftKey || event.altKey || isTyping || !last) return;
      event.preventDefault();
      undoRemove(store, last);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);
}

/** What was removed and can be taken back for a while, in whatever view that was. */
export function UndoBar(): JSX.Element {
  useUndoKey();
  const store = useStore();
  const removed = store.status.value?.client.removed ?? [];
  return (
    <>
      {removed.slice(-MAX_UNDO_LINES).map((torrent) => (
        <div key={torrent.id} class="notice">
          <Icon name="trash" />
          <span class="notice-subject" dir="auto" title={torrent.name}>
            {t(torrent.deletesFiles ? 'removedWithFiles' : 'removed', { name: torrent.name })}
          </span>
          <button
            type="button"
            class="button"
            data-kind="quiet"
            aria-label={t('undoRemoval', { name: torrent.name })}
            aria-keyshortcuts={torrent === removed.at(-1) ? 'Control+Z' : undefined}
            onClick={() => undoRemove(store, torrent)}
          >
            {t('undo')}
          </button>
        </div>
      ))}
    </>
  );
}
