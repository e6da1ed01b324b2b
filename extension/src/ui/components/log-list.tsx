import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { formatTime } from '../state/format.js';
import { LongList } from './long-list.js';
import { usePolled } from './use-polled.js';

/** What the program noted of one torrent, the newest first, in its own words. */
export function LogList({ torrentId }: { readonly torrentId: string }): JSX.Element {
  const lines = usePolled('getLog', { torrentId }).value;
  if (!lines || lines.length === 0) return <p class="hint">{t('logEmpty')}</p>;
  return (
    <LongList
      items={lines.map((line, place) => ({ ...line, place })).reverse()}
      label={t('tabLog')}
      renderItem={({ time, level, text, place }) => (
        <li key={place} class="log-line" data-level={level}>
          <time>{formatTime(time)}</time>
          <span lang="en" dir="auto">
            {text}
          </span>
        </li>
      )}
    />
  );
}
