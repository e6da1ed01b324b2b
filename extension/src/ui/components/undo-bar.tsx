import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t, tn } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
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

/** From more removals on they are one line, so that each can be taken back. */
const MAX_LINES = 3;

interface LineProps {
  readonly text: string;
  readonly button: string;
  readonly buttonName?: string;
  readonly hasKey: boolean;
  readonly onUndo: () => void;
}

function Line({ text, button, buttonName, hasKey, onUndo }: LineProps): JSX.Element {
  return (
    <div class="notice">
      <Icon name="trash" />
      <span class="notice-subject" dir="auto" title={text}>
        {text}
      </span>
      <button
        type="button"
        class="button"
        data-kind="quiet"
        aria-label={buttonName}
        aria-keyshortcuts={hasKey ? 'Control+Z' : undefined}
        onClick={onUndo}
      >
        {button}
      </button>
    </div>
  );
}

/** What was removed and can be taken back for a while, in whatever view that was. */
export function UndoBar(): JSX.Element {
  useUndoKey();
  const store = useStore();
  const removed = store.status.value?.client.removed ?? [];
  if (removed.length > MAX_LINES)
    return (
      <Line
        text={tn('removedSeveral', removed.length)}
        button={t('undoAll')}
        hasKey={false}
        onUndo={() => {
          for (const torrent of removed) undoRemove(store, torrent);
        }}
      />
    );
  return (
    <>
      {removed.map((torrent) => (
        <Line
          key={torrent.id}
          text={t(torrent.deletesFiles ? 'removedWithFiles' : 'removed', { name: torrent.name })}
          button={t('undo')}
          buttonName={t('undoRemoval', { name: torrent.name })}
          hasKey={torrent === removed.at(-1)}
          onUndo={() => undoRemove(store, torrent)}
        />
      ))}
    </>
  );
}
