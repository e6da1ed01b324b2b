import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type PlainKey, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { addFolder } from '../state/folders.js';
import { describeHelper, describeHelperStatus } from '../state/sentences.js';
import { SETUP_STEPS, SetupProgress, type SetupStep } from '../state/setup-progress.js';
import { Brand } from './brand.js';
import { CommandLine } from './command-line.js';
import { FirstDownload } from './first-download.js';
import { Icon } from './icon.js';
import { Notices } from './notices.js';
import { Step } from './setup-step.js';

interface StepProps {
  readonly progress: SetupProgress;
}

const TITLES: Readonly<Record<SetupStep, PlainKey>> = {
  helper: 'stepHelper',
  links: 'stepLinks',
  folder: 'stepFolder',
};

function HelperStep({ progress }: StepProps): JSX.Element {
  const store = useStore();
  const bridge = store.status.value?.bridge;
  const status = describeHelperStatus(bridge);
  const advice = bridge && describeHelper(bridge);
  const isCurrent = progress.current(store.status.value) === 'helper';
  const checkAgain = (
    <button type="button" class="button" onClick={() => void store.ask('retryBridge', null)}>
      {t('checkAgain')}
    </button>
  );
  return (
    <Step
      step="helper"
      progress={progress}
      title={t(TITLES.helper)}
      gives={isCurrent && advice ? advice.text : t('stepHelperGives')}
      buttons={advice && checkAgain}
    >
      {advice?.command && <CommandLine command={advice.command} />}
      <p class="step-status" data-tone={status.tone} aria-live="polite">
        {status.text}
      </p>
    </Step>
  );
}

function LinksStep({ progress }: StepProps): JSX.Element {
  const { shell } = useStore();
  const isAsked = useSignal(false);
  const buttons = (
    <>
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
      {/* Chrome tells nobody what the user chose. */}
      {isAsked.value && (
        <button type="button" class="button" data-kind="primary" onClick={() => progress.answer('links', 'done')}>
          {t('goOn')}
        </button>
      )}
    </>
  );
  return (
    <Step step="links" progress={progress} title={t(TITLES.links)} gives={t('stepLinksText')} buttons={buttons}>
      <p class="step-status" aria-live="polite">
        {isAsked.value && t('stepLinksAsked')}
      </p>
    </Step>
  );
}

function FolderStep({ progress }: StepProps): JSX.Element {
  const store = useStore();

  async function pick(): Promise<void> {
    const folder = await addFolder(store);
    if (folder !== undefined) await store.ask('updateSettings', { defaultRoot: folder });
  }

  const pickButton = (
    <button type="button" class="button" data-kind="primary" onClick={() => void pick()}>
      <Icon name="folder" />
      {t('pickFolder')}
    </button>
  );
  return (
    <Step
      step="folder"
      progress={progress}
      title={t(TITLES.folder)}
      gives={t('stepFolderGives')}
      buttons={pickButton}
    />
  );
}

/** The first run: what has to be done once, step by step, each of them optional, and a first download. It follows how things stand by itself. */
export function Setup(): JSX.Element {
  const store = useStore();
  const progress = useMemo(() => new SetupProgress(), []);
  const current = progress.current(store.status.value);
  const total = SETUP_STEPS.length;
  return (
    <main class="setup">
      <Brand>{t('setupTitle')}</Brand>
      <p class="setup-lead">{t('setupLead')}</p>
      <p class="visually-hidden" aria-live="polite">
        {current
          ? t('stepOf', { number: SETUP_STEPS.indexOf(current) + 1, total, title: t(TITLES[current]) })
          : t('firstDownload')}
      </p>
      <ol class="steps">
        <HelperStep progress={progress} />
        <LinksStep progress={progress} />
        <FolderStep progress={progress} />
      </ol>
      <FirstDownload isTurn={current === undefined} />
      <Notices />
    </main>
  );
}
