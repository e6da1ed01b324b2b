import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeDamage, saveDamaged } from '../state/damage.js';

/** Says what of the session was damaged, until it is closed; nothing when all is well. */
export function DamageCard(): JSX.Element {
  const store = useStore();
  const damage = store.status.value?.client.damage;
  const advice = damage && describeDamage(damage);
  return (
    <div class="cards" aria-live="polite">
      {advice && (
        <section class="card" aria-label={advice.title}>
          <h2>{advice.title}</h2>
          <p>{advice.text}</p>
          <div class="card-actions">
            {advice.canSave && (
              <button type="button" class="button" onClick={() => void saveDamaged(store)}>
                {t('damageSave')}
              </button>
            )}
            <button
              type="button"
              class="button"
              data-kind="quiet"
              onClick={() => void store.ask('dismissDamage', null)}
            >
              {t('close')}
            </button>
          </div>
        </section>
      )}
    </div>
  );
}
