import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeFolder, repairFolder } from '../state/folders.js';

interface FolderCardsProps {
  /** Shows a view that can ask Chrome, when this one cannot: a popup closes as soon as Chrome asks. */
  readonly showPanel?: () => void;
}

/** Says which folders downloads cannot reach, with the button that repairs it; nothing when all is well. */
export function FolderCards({ showPanel }: FolderCardsProps): JSX.Element {
  const store = useStore();
  const used = store.index.counts.value.roots;
  const status = store.status.value;
  const folders = (status?.folders ?? []).filter(({ id }) => used.has(id) || id === status?.defaultRoot);
  return (
    <div class="cards" aria-live="polite">
      {folders.map((folder) => {
        const advice = describeFolder(folder, store.shell);
        if (!advice) return undefined;
        return (
          <section key={folder.id} class="card" aria-label={advice.title}>
            <h2 dir="auto">{advice.title}</h2>
            <p>{advice.text}</p>
            <div class="card-actions">
              <button
                type="button"
                class="button"
                data-kind="primary"
                onClick={() => (showPanel ? showPanel() : void repairFolder(store, folder))}
              >
                {advice.button}
              </button>
              {!store.shell.isTab && folder.access === 'prompt' && (
                <button type="button" class="button" data-kind="quiet" onClick={() => store.shell.openManager()}>
                  {t('allowForGood')}
                </button>
              )}
            </div>
          </section>
        );
      })}
    </div>
  );
}
