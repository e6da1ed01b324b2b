import type { JSX } from 'preact';
import type { TorrentDetails, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { explain } from '../state/why-slow.js';
import { Icon } from './icon.js';

interface WhySlowProps {
  readonly torrent: TorrentSnapshot;
  readonly details: TorrentDetails;
}

/** The reason for the state of a torrent, and the one button that helps. */
export function WhySlow({ torrent, details }: WhySlowProps): JSX.Element | null {
  const store = useStore();
  const status = store.status.value;
  if (!status) return null;
  const { text, isProblem, button } = explain({ torrent, details, status });
  return (
    <div class="why" data-tone={isProblem ? 'problem' : undefined}>
      <p class="details-reason">{text}</p>
      {button && (
        <button type="button" class="button" onClick={() => button.run(store)}>
          <Icon name={button.icon} />
          {button.label}
        </button>
      )}
    </div>
  );
}
