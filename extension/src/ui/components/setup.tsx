import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
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
          {isDone && <span class="visually-hidden"> (done)</span>}
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
    <Step number={1} title="Install the helper" isDone={bridge?.kind === 'ready'}>
      {advice && <p>{advice.text}</p>}
      {advice?.command && <CommandLine command={advice.command} />}
      <p class="step-status" data-tone={status.tone} aria-live="polite">
        {status.text}
      </p>
      {advice && (
        <button type="button" class="button" onClick={() => void store.ask('retryBridge', null)}>
          Check again
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
    <Step number={2} title="Open magnet links with JSTorrent" isDone={false}>
      <p>Then a click on a magnet link on any web page is all it takes. Chrome asks once: choose “Allow”.</p>
      <p class="step-status" aria-live="polite">
        {isAsked.value &&
          'Chrome asks at the top of this window. With “Allow” this step is done; Chrome does not tell us, so no tick appears.'}
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
        {isAsked.value ? 'Ask again' : 'Open magnet links'}
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
      <Brand>Set up JSTorrent</Brand>
      <p class="setup-lead">Two small things, and downloads run right inside Chrome.</p>
      <ol class="steps">
        <HelperStep />
        <LinksStep />
        <Step number={3} title="Download something" isDone={false}>
          <p>{isReady ? 'All is ready.' : 'You can add downloads already; they start once the helper is there.'}</p>
          <button type="button" class="button" onClick={() => store.shell.openManager()}>
            <Icon name="tab" />
            Open JSTorrent
          </button>
        </Step>
      </ol>
      <Notices />
    </div>
  );
}
