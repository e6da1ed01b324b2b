import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { SelfTestReport } from '../../rpc/self-test.js';
import { useStore } from '../state/context.js';
import { exportDiagnosis } from '../state/diagnosis.js';
import { type Check, judge, summarize, type Verdict, verdictName } from '../state/self-test.js';
import { settingsSectionId } from '../state/settings-fields.js';
import { Icon, type IconName } from './icon.js';

const ICONS: Readonly<Record<Verdict, IconName>> = { ok: 'check', warning: 'alert', failed: 'close' };

function CheckRow({ check: { name, verdict, text, advice } }: { readonly check: Check }): JSX.Element {
  return (
    <li class="check-row" data-verdict={verdict}>
      <Icon name={ICONS[verdict]} />
      <span class="check-name" dir="auto">
        {name}
      </span>
      <span class="check-verdict">{verdictName(verdict)}</span>
      <span class="check-text">{text}</span>
      {advice !== '' && <span class="check-text">{advice}</span>}
    </li>
  );
}

/** Measures every part of the program, says what is wrong and what to do, and puts it into a file for who helps. */
export function SelfTestPanel(): JSX.Element {
  const store = useStore();
  const isRunning = useSignal(false);
  const report = useSignal<SelfTestReport | undefined>(undefined);
  const checks = useComputed(() => (report.value ? judge(report.value, store.shell) : [])).value;

  async function run(): Promise<void> {
    isRunning.value = true;
    report.value = (await store.ask('runSelfTest', null)) ?? report.value;
    isRunning.value = false;
  }

  const summary = report.value ? summarize(checks) : '';
  return (
    <section id={settingsSectionId('selfTest')} class="settings-group" aria-label={t('selfTest')}>
      <h3>{t('selfTest')}</h3>
      <div class="session">
        <p class="hint">{t('selfTestHint')}</p>
        <span class="session-buttons">
          <button type="button" class="button" disabled={isRunning.value} onClick={() => void run()}>
            <Icon name="play" />
            {t('selfTestRun')}
          </button>
          {report.value && (
            <button
              type="button"
              class="button"
              onClick={() => report.value && void exportDiagnosis(store, report.value, checks)}
            >
              <Icon name="save" />
              {t('selfTestExport')}
            </button>
          )}
        </span>
        <p class="self-test-summary" aria-live="polite">
          {isRunning.value ? t('selfTestRunning') : summary}
        </p>
        {checks.length > 0 && (
          <ul class="checks" aria-label={t('selfTest')} data-stale={isRunning.value}>
            {checks.map((check, place) => (
              <CheckRow key={place} check={check} />
            ))}
          </ul>
        )}
        {report.value && <p class="hint">{t('selfTestExportHint')}</p>}
      </div>
    </section>
  );
}
