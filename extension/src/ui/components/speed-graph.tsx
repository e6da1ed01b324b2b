import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { language, t } from '../../i18n/t.js';
import { formatDuration, formatRate } from '../state/format.js';
import { useCanvas, type ColorOf } from './use-canvas.js';
import { usePolled } from './use-polled.js';
import { useViewSize } from './use-view-size.js';

const SPANS_MINUTES = [1, 10, 60, 360, 1440] as const;
const [HEIGHT_PX, LINES, LABEL_PX] = [180, 4, 72] as const;

/** A round number that is not less: 1, 2, 5, 10, 20... */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}

interface Chart {
  readonly width: number;
  readonly top: number;
  readonly slots: number;
}

function drawGrid(context: CanvasRenderingContext2D, { width, top }: Chart, colorOf: ColorOf): void {
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  for (let line = 0; line <= LINES; line++) {
    const y = Math.round(HEIGHT_PX - 4 - (line / LINES) * (HEIGHT_PX - 22)) + 0.5;
    context.strokeStyle = colorOf('line');
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    if (line === 0) continue;
    context.fillStyle = colorOf('text-soft');
    context.fillText(formatRate((top / LINES) * line), 2, y - 1);
  }
}

function drawLine(context: CanvasRenderingContext2D, values: readonly number[], color: string, chart: Chart): void {
  const { width, top, slots } = chart;
  const step = (width - LABEL_PX) / Math.max(1, slots - 1);
  const xOf = (place: number): number => width - (values.length - 1 - place) * step;
  const yOf = (value: number): number => HEIGHT_PX - 4 - (value / top) * (HEIGHT_PX - 22);
  context.beginPath();
  values.forEach((value, place) => context.lineTo(xOf(place), yOf(value)));
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
  context.lineTo(xOf(values.length - 1), yOf(0));
  context.lineTo(xOf(0), yOf(0));
  context.globalAlpha = 0.12;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
}

/** How fast it was over the last minute to the last day: one torrent, or all together. */
export function SpeedGraph({ torrentId }: { readonly torrentId?: string }): JSX.Element {
  const minutes = useSignal<number>(SPANS_MINUTES[1]);
  const speeds = usePolled('getSpeeds', {
    minutes: minutes.value,
    ...(torrentId === undefined ? {} : { torrentId }),
  }).value;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useViewSize(frame).value;
  const { down, up, stepSeconds } = speeds ?? { down: [], up: [], stepSeconds: 1 };
  const peak = Math.max(...down, ...up, 10_000);

  useCanvas(canvas, { width, height: HEIGHT_PX }, (context, colorOf) => {
    const chart = { width, top: niceCeiling(peak), slots: (minutes.value * 60) / stepSeconds };
    drawGrid(context, chart, colorOf);
    drawLine(context, up, colorOf('done'), chart);
    drawLine(context, down, colorOf('accent'), chart);
  });

  const [lastDown, lastUp] = [down.at(-1) ?? 0, up.at(-1) ?? 0];
  return (
    <div class="speeds">
      <div class="speeds-head">
        <span class="legend" data-color="accent">
          {t('downloadSpeed')}
        </span>
        <span class="legend" data-color="done">
          {t('uploadSpeed')}
        </span>
        <select
          class="place-select"
          aria-label={t('timeSpan')}
          value={String(minutes.value)}
          onChange={({ currentTarget }) => (minutes.value = Number(currentTarget.value))}
        >
          {SPANS_MINUTES.map((span) => (
            <option key={span} value={String(span)}>
              {formatDuration(span * 60)}
            </option>
          ))}
        </select>
      </div>
      <div ref={frame}>
        <canvas
          ref={canvas}
          class="chart"
          role="img"
          lang={language()}
          aria-label={t('speedsNow', { down: formatRate(lastDown), up: formatRate(lastUp), peak: formatRate(peak) })}
          style={{ height: `${HEIGHT_PX}px` }}
        />
      </div>
    </div>
  );
}
