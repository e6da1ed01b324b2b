import type { JSX } from 'preact';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { shortcutName, type TorrentAction } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { IconButton } from './icon-button.js';

interface ActionButtonsProps {
  readonly torrent: TorrentSnapshot;
  readonly actions: readonly TorrentAction[];
  /** Tab goes to the buttons of the row that it goes to, and to no others. */
  readonly isTabStop?: boolean;
}

/** Those of the actions that make sense for the torrent now, as pictures. */
export function ActionButtons({ torrent, actions, isTabStop = true }: ActionButtonsProps): JSX.Element {
  const store = useStore();
  return (
    <>
      {actions
        .filter((action) => action.isAvailable(torrent))
        .map((action) => (
          <IconButton
            key={action.id}
            icon={action.icon}
            label={action.label}
            subject={torrent.name}
            shortcut={shortcutName(action)}
            isNoTabStop={!isTabStop}
            onClick={() => action.run(store, [torrent])}
          />
        ))}
    </>
  );
}
