import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeHelper, describeHelperStatus } from '../state/sentences.js';
import { CommandLine } from './command-line.js';
import { Brand } from './brand.js';
import { Icon } from './icon.js';
import { Notices } from './notices.js';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ComponentChildren;
}

function Step({ number, title, isDone, children }: StepProps): JSX.Element {
  return (
    <li class="step" data-done={isDone}>
      <span class="step-number" aria-hidden="true">
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div class="step-body">
        <h2>
          {title}
          {isDone && <span class="visually-hidden"> {t('stepDone')}</span>}
        </h2>
        {children}
      </div>
    </li>
  );
}

function HelperStep(): JSX.Element {
  const store = useStore();
  const bridge = store.status.value?.bridge;
  const status = describeHelperStatus(bridge);
  const advice = bridge && describeHelper(bridge);
  return (
    <Step number={1} title={t('stepHelper')} isDone={bridge?.kind === 'ready'}>
      {advice && <p>{advice.text}</p>}
      {advice?.command && <CommandLine command={advice.command} />}
      <p class="step-status" data-tone={status.tone} aria-live="polite">
        {status.text}
      </p>
      {advice && (
        <button type="button" class="button" onClick={() => void store.ask('retryBridge', null)}>
          {t('checkAgain')}
        </button>
      )}
    </Step>
  );
}

function LinksStep(): JSX.Element {
  const { shell } = useStore();
  const isAsked = useSignal(false);
  return (
    // Chrome tells nobody what the user chose.
    <Step number={2} title={t('stepLinks')} isDone={false}>
      <p>{t('stepLinksText')}</p>
      <p class="step-status" aria-live="polite">
        {isAsked.value && t('stepLinksAsked')}
      </p>
      <button
        type="button"
        class="button"
        data-kind={isAsked.value ? undefined : 'primary'}
        onClick={() => {
          shell.registerMagnetHandler();
          isAsked.value = true;
        }}
      >
        <Icon name="link" />
        {t(isAsked.value ? 'askAgain' : 'openMagnetLinks')}
      </button>
    </Step>
  );
}

/** What has to be done once. It follows the helper's state by itself. */
export function Setup(): JSX.Element {
  const store = useStore();
  const isReady = store.status.value?.bridge.kind === 'ready';
  return (
    <div class="setup">
      <Brand>{t('setupTitle')}</Brand>
      <p class="setup-lead">{t('setupLead')}</p>
      <ol class="steps">
        <HelperStep />
        <LinksStep />
        <Step number={3} title={t('stepDownload')} isDone={false}>
          <p>{t(isReady ? 'allReady' : 'notReady')}</p>
          <button type="button" class="button" onClick={() => store.shell.openManager()}>
            <Icon name="tab" />
            {t('openJsTorrent')}
          </button>
        </Step>
      </ol>
      <Notices />
    </div>
  );
}
