import type { IClock, ITimer } from '@jstorrent/engine';
import type { ToolbarState } from '../lib/host-messages.js';

/** Figures that move are reported so often at most: each report wakes the service worker. */
const INTERVAL_MS = 2000;

interface ToolbarReporterOptions {
  readonly clock: IClock;
  /** How things stand now. */
  read(): ToolbarState;
  report(state: ToolbarState): Promise<void>;
}

/** Reports what the toolbar button shows, when that changed. */
export class ToolbarReporter {
  #reported = '';
  #timer: ITimer | undefined;
  #isStale = false;

  constructor(private readonly options: ToolbarReporterOptions) {}

  /** Something for the user's eyes changed. */
  now(): void {
    this.#isStale = false;
    const state = rounded(this.options.read());
    const text = JSON.stringify(state);
    if (text === this.#reported) return;
    this.#reported = text;
    // What is out of date is no harm; the next change brings the truth.
    this.options.report(state).catch(() => undefined);
  }

  /** Something may have changed. */
  soon(): void {
    this.#isStale = true;
    if (this.#timer) return;
    this.now();
    this.#timer = this.options.clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      if (this.#isStale) this.soon();
    });
  }
}

/** What nobody would see the difference of is no news. */
function rounded(state: ToolbarState): ToolbarState {
  const { downloadRate, uploadRate, progress } = state;
  return {
    ...state,
    downloadRate: Number(downloadRate.toPrecision(2)),
    uploadRate: Number(uploadRate.toPrecision(2)),
    progress: Math.floor(progress * 100) / 100,
  };
}
