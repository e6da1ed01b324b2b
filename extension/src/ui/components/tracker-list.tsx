import type { JSX } from 'preact';
import type { TrackerSnapshot } from '../../rpc/types.js';
import { describeTracker } from '../state/sentences.js';

function TrackerRow({ tracker }: { readonly tracker: TrackerSnapshot }): JSX.Element {
  const { text, tone } = describeTracker(tracker);
  return (
    <li class="tracker">
      <span class="tracker-url" title={tracker.url}>
        {tracker.url}
      </span>
      <span class="tracker-status" data-tone={tone}>
        {text}
      </span>
      {tracker.message !== undefined && (
        <span class="tracker-message" dir="auto">
          {tracker.message}
        </span>
      )}
    </li>
  );
}

export function TrackerList({ trackers }: { readonly trackers: readonly TrackerSnapshot[] }): JSX.Element {
  if (trackers.length === 0) return <p class="hint">This torrent has no trackers; peers are found in other ways.</p>;
  return (
    <ul class="long-list" aria-label="Trackers">
      {trackers.map((tracker) => (
        <TrackerRow key={tracker.url} tracker={tracker} />
      ))}
    </ul>
  );
}
