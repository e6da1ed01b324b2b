import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeHelper } from '../state/sentences.js';
import { CommandLine } from './command-line.js';

/** Says what is wrong with the helper and what to do; nothing when all is well. */
export function HelperCard(): JSX.Element {
  const store = useStore();
  const bridge = store.status.value?.bridge;
  const advice = bridge && describeHelper(bridge);
  return (
    <div class="cards" aria-live="polite">
      {advice && (
        <section class="card" aria-label={t('helper')}>
          <h2>{advice.title}</h2>
          <p>{advice.text}</p>
          {advice.command && <CommandLine command={advice.command} />}
          <div class="card-actions">
            <button type="button" class="button" onClick={() => void store.ask('retryBridge', null)}>
              {t('checkAgain')}
            </button>
            <button type="button" class="button" data-kind="quiet" onClick={() => store.shell.openSetup()}>
              {t('stepByStep')}
            </button>
          </div>
        </section>
      )}
    </div>
  );
}
