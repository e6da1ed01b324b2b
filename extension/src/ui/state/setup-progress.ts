import { effect, signal } from '@preact/signals';
import type { HostStatus } from '../../rpc/types.js';

/** What is set up once, in this order. */
export const SETUP_STEPS = ['helper', 'links', 'folder'] as const;

export type SetupStep = (typeof SETUP_STEPS)[number];

/** `skipped`: not now, says the user. */
export type StepState = 'open' | 'done' | 'skipped';

const STORAGE_KEY = 'setup';

const isStep = (name: unknown): name is SetupStep => (SETUP_STEPS as readonly unknown[]).includes(name);

/** What the user answered in the first run; the rest is known from how things stand. */
export class SetupProgress {
  /** Steps that the user passed over, and those of which only they know that they are done. */
  readonly #answers = signal<Readonly<Partial<Record<SetupStep, 'done' | 'skipped'>>>>({});
  /** The step that the user opened again. */
  readonly #chosen = signal<SetupStep | undefined>(undefined);

  constructor(storage: Storage = localStorage) {
    this.#answers.value = read(storage);
    effect(() => storage.setItem(STORAGE_KEY, JSON.stringify(this.#answers.value)));
  }

  /** Follows the helper and the folders by itself. */
  stateOf(step: SetupStep, status: HostStatus | undefined): StepState {
    if (step === 'helper' && status?.bridge.kind === 'ready') return 'done';
    if (step === 'folder' && (status?.folders.length ?? 0) > 0) return 'done';
    return this.#answers.value[step] ?? 'open';
  }

  /** The step that is shown at its full length; undefined when nothing is left to do. */
  current(status: HostStatus | undefined): SetupStep | undefined {
    const chosen = this.#chosen.value;
    if (chosen && this.stateOf(chosen, status) !== 'done') return chosen;
    return SETUP_STEPS.find((step) => this.stateOf(step, status) === 'open');
  }

  answer(step: SetupStep, answer: 'done' | 'skipped'): void {
    this.#answers.value = { ...this.#answers.peek(), [step]: answer };
    this.#chosen.value = undefined;
  }

  open(step: SetupStep): void {
    this.#chosen.value = step;
  }
}

/** What makes no sense counts as not answered. */
function read(storage: Storage): Partial<Record<SetupStep, 'done' | 'skipped'>> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}');
    const known = Object.entries(Object(stored) as object).filter(
      ([step, answer]) => isStep(step) && (answer === 'done' || answer === 'skipped'),
    );
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}
