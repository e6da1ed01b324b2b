import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { formatDuration, formatRate, formatTime } from '../state/format.js';
import { SpeedChart, type SpeedAt } from './speed-chart.js';
import { usePolled } from './use-polled.js';
import { useViewSize } from './use-view-size.js';

const SPANS_MINUTES = [1, 10, 60, 360, 1440] as const;

/** How fast it was over the last minute to the last day: one torrent, or all together. */
export function SpeedGraph({ torrentId }: { readonly torrentId?: string }): JSX.Element {
  const span = useSignal<number>(SPANS_MINUTES[1]);
  const pointed = useSignal<SpeedAt | undefined>(undefined);
  const minutes = span.value;
  const speeds = usePolled('getSpeeds', { minutes, ...(torrentId === undefined ? {} : { torrentId }) }).value;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<SpeedChart>(null);
  const { width } = useViewSize(host).value;
  const isMeasured = width > 0;

  useEffect(() => {
    if (!host.current || !isMeasured) return undefined;
    const created = new SpeedChart({ host: host.current, width, minutes, onPoint: (point) => (pointed.value = point) });
    chart.current = created;
    return () => created.close();
    // A new width only resizes it.
  }, [minutes, isMeasured]);
  useEffect(() => chart.current?.resize(width), [width]);
  useEffect(() => speeds && chart.current?.show(speeds, Date.now()), [speeds, isMeasured]);

  const now = { down: speeds?.down.at(-1) ?? 0, up: speeds?.up.at(-1) ?? 0 };
  const peak = Math.max(0, ...(speeds?.down ?? []), ...(speeds?.up ?? []));
  const shown = pointed.value ?? now;
  return (
    <div class="speeds">
      <div class="speeds-head">
        <span class="legend" data-color="accent">
          {t('downloadSpeed')} <span class="figure">{formatRate(shown.down)}</span>
        </span>
        <span class="legend" data-color="done">
          {t('uploadSpeed')} <span class="figure">{formatRate(shown.up)}</span>
        </span>
        {pointed.value && <span class="figure">{formatTime(pointed.value.timeMs)}</span>}
        <select
          class="place-select"
          aria-label={t('timeSpan')}
          value={String(minutes)}
          onChange={({ currentTarget }) => (span.value = Number(currentTarget.value))}
        >
          {SPANS_MINUTES.map((choice) => (
            <option key={choice} value={String(choice)}>
              {formatDuration(choice * 60)}
            </option>
          ))}
        </select>
      </div>
      <div
        ref={host}
        class="speed-chart"
        dir="ltr"
        role="img"
        aria-label={t('speedsNow', { down: formatRate(now.down), up: formatRate(now.up), peak: formatRate(peak) })}
      />
    </div>
  );
}
