import UPlot from 'uplot';
import { language } from '../../i18n/t.js';
import type { SpeedHistory } from '../../rpc/types.js';
import { formatRate } from '../state/format.js';
import { colorAt } from './use-canvas.js';

const [HEIGHT_PX, RATES_PX, QUIET_RATE] = [170, 68, 10_000] as const;

/** What the pointer is over: bytes per second in one step of the history. */
export interface SpeedAt {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly down: number;
  readonly up: number;
}

interface SpeedChartParams {
  readonly host: HTMLElement;
  readonly width: number;
  readonly minutes: number;
  /** Undefined when the pointer has left. */
  readonly onPoint: (point: SpeedAt | undefined) => void;
}

/** The lines of a torrent's speed over time; time goes to the right in every language. Colours are those of the theme at each drawing. */
export class SpeedChart {
  private readonly chart: UPlot;

  constructor({ host, width, minutes, onPoint }: SpeedChartParams) {
    const spanSeconds = minutes * 60;
    const timeFormat = new Intl.DateTimeFormat(language(), {
      hour: 'numeric',
      minute: '2-digit',
      ...(minutes <= 10 ? { second: '2-digit' as const } : {}),
    });
    const line = (token: string): UPlot.Series => ({
      stroke: () => colorAt(host, token),
      fill: () => `color-mix(in srgb, ${colorAt(host, token)} 12%, transparent)`,
      width: 1.5,
      points: { show: false },
    });
    const axis: UPlot.Axis = {
      stroke: () => colorAt(host, 'text-soft'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: () => colorAt(host, 'line'), width: 1 },
      ticks: { show: false },
    };
    this.chart = new UPlot(
      {
        width,
        height: HEIGHT_PX,
        padding: [6, 6, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: {
          x: { range: (_chart, _first, last) => [last - spanSeconds, last] },
          y: { range: (_chart, _least, most) => [0, Math.max(most * 1.05, QUIET_RATE)] },
        },
        axes: [
          {
            ...axis,
            values: (_chart, times) => times.map((time) => timeFormat.format(time * 1000)),
            space: 80,
            size: 24,
          },
          { ...axis, values: (_chart, rates) => rates.map((rate) => formatRate(rate)), size: RATES_PX },
        ],
        series: [{}, line('done'), line('accent')],
        hooks: {
          setCursor: [({ cursor: { idx }, data: [times, up, down] }) => onPoint(pointAt(times, up, down, idx))],
        },
      },
      [[], [], []],
      host,
    );
  }

  /** @param history Its last value is the speed now. */
  show({ down, up, stepSeconds }: SpeedHistory, nowMs: number): void {
    const last = Math.floor(nowMs / 1000 / stepSeconds) * stepSeconds;
    const times = down.map((_rate, place) => last - (down.length - 1 - place) * stepSeconds);
    this.chart.setData([times, [...up], [...down]]);
  }

  resize(width: number): void {
    if (width !== this.chart.width) this.chart.setSize({ width, height: HEIGHT_PX });
  }

  close(): void {
    this.chart.destroy();
  }
}

type Values = UPlot.AlignedData[number];

function pointAt(
  times: Values,
  up: Values | undefined,
  down: Values | undefined,
  place: number | null | undefined,
): SpeedAt | undefined {
  const time = place == null ? undefined : times[place];
  if (place == null || time == null) return undefined;
  return { timeMs: time * 1000, down: down?.[place] ?? 0, up: up?.[place] ?? 0 };
}
