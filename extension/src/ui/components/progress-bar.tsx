import type { JSX } from 'preact';
import { formatPercent } from '../state/format.js';
import type { Tone } from '../state/sentences.js';

interface ProgressBarProps {
  /** 0 to 1; undefined while it is unknown. */
  readonly fraction: number | undefined;
  readonly tone: Tone;
  /** What it is the progress of. */
  readonly label: string;
}

export function ProgressBar({ fraction, tone, label }: ProgressBarProps): JSX.Element {
  return (
    <span
      class="progress"
      data-tone={tone}
      data-unknown={fraction === undefined}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === undefined ? undefined : Math.floor(fraction * 100)}
      aria-valuetext={fraction === undefined ? undefined : formatPercent(fraction)}
    >
      <span class="progress-fill" style={{ transform: `scaleX(${fraction ?? 0})` }} />
    </span>
  );
}
