import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { SETUP_STEPS, type SetupProgress, type SetupStep } from '../state/setup-progress.js';
import { Icon } from './icon.js';

interface StepProps {
  readonly step: SetupStep;
  readonly progress: SetupProgress;
  readonly title: string;
  /** What one has of it. */
  readonly gives: string;
  /** What is to be done; seen while it is this step's turn, as are the buttons for it. */
  readonly children?: ComponentChildren;
  readonly buttons: ComponentChildren;
}

/** One thing to set up: at its full length when it is its turn, and else what came of it. */
export function Step({ step, progress, title, gives, children, buttons }: StepProps): JSX.Element {
  const status = useStore().status.value;
  const state = progress.stateOf(step, status);
  const isCurrent = progress.current(status) === step;
  return (
    <li class="step" data-done={state === 'done'} aria-current={isCurrent ? 'step' : undefined}>
      <span class="step-number" aria-hidden="true">
        {state === 'done' ? <Icon name="check" /> : SETUP_STEPS.indexOf(step) + 1}
      </span>
      <div class="step-body">
        <div class="step-head">
          <h2>
            {title} {state === 'done' && <span class="visually-hidden">{t('stepDone')}</span>}
            {state === 'skipped' && !isCurrent && <span class="step-skipped">{t('stepSkipped')}</span>}
          </h2>
          {!isCurrent && state !== 'done' && (
            <button
              type="button"
              class="button"
              data-kind="quiet"
              aria-label={t('subject', { label: t('doItNow'), subject: title })}
              onClick={() => progress.open(step)}
            >
              {t('doItNow')}
            </button>
          )}
        </div>
        {state !== 'done' && <p>{gives}</p>}
        {isCurrent && children}
        {isCurrent && (
          <span class="session-buttons">
            {buttons}
            {state === 'open' && (
              <button type="button" class="button" data-kind="quiet" onClick={() => progress.answer(step, 'skipped')}>
                {t('skip')}
              </button>
            )}
          </span>
        )}
      </div>
    </li>
  );
}
