import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { PendingAdd } from '../../rpc/types.js';
import { confirmPending } from '../state/add.js';
import { useStore } from '../state/context.js';

interface PendingAddsProps {
  /** Shows the view where files are chosen, when this one cannot. */
  readonly showFiles?: () => void;
}

function PendingCard({ pending, showFiles }: PendingAddsProps & { readonly pending: PendingAdd }): JSX.Element {
  const store = useStore();
  const { pendingId } = pending;
  // Its id is the info-hash, as that of a torrent.
  const isListed = store.findAll([pendingId]).length > 0;
  return (
    <section class="card" aria-label={t('linkWaits')}>
      <h2>{isListed ? t('alreadyListed') : t('downloadThis')}</h2>
      <p class="card-name" title={pending.name} dir="auto">
        {pending.name}
      </p>
      <div class="card-actions">
        <button
          type="button"
          class="button"
          data-kind="primary"
          onClick={() => void confirmPending(store, pendingId, false)}
        >
          {isListed ? t('addItsTrackers') : t('download')}
        </button>
        {!isListed && (
          <button
            type="button"
            class="button"
            onClick={() => {
              showFiles?.();
              void confirmPending(store, pendingId, true);
            }}
          >
            {t('chooseFiles')}
          </button>
        )}
        <button
          type="button"
          class="button"
          data-kind="quiet"
          onClick={() => void store.ask('dismissPending', { pendingId })}
        >
          {t('dismiss')}
        </button>
      </div>
    </section>
  );
}

/** Links that were clicked and wait for a confirmation: the oldest, and how many more there are. */
export function PendingAdds(props: PendingAddsProps): JSX.Element {
  const pending = useStore().status.value?.pending ?? [];
  const [first] = pending;
  return (
    <div class="cards" aria-live="polite">
      {first && <PendingCard key={first.pendingId} pending={first} {...props} />}
      {pending.length > 1 && <p class="hint">{t('andMore', { count: formatInteger(pending.length - 1) })}</p>}
    </div>
  );
}
