import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { describePlace } from '../state/folders.js';
import { formatPercent, joinList } from '../state/format.js';
import { isComplete, torrentProgress } from '../state/progress.js';
import { isSaveable } from '../state/save.js';
import { describeTimeLeft, describeTorrent } from '../state/sentences.js';
import { ProgressBar } from './progress-bar.js';
import { SaveTorrent } from './save-torrent.js';

/** A download at a glance: its name, how far it is and what it does. */
export function BriefRow({ torrent: source }: { readonly torrent: ReadonlySignal<TorrentSnapshot> }): JSX.Element {
  const torrent = source.value;
  const surroundings = useStore().surroundings.value;
  const sentence = describeTorrent(torrent, surroundings.bridge);
  const progress = torrentProgress(torrent);
  const more = describeTimeLeft(torrent) || (isComplete(torrent) ? describePlace(torrent, surroundings) : '');
  return (
    <li class="brief">
      <span class="brief-name" title={torrent.name} dir="auto">
        {torrent.name}
      </span>
      {isSaveable(torrent) ? (
        <SaveTorrent torrent={torrent} />
      ) : (
        <span class="brief-percent">{progress === undefined ? '' : formatPercent(progress)}</span>
      )}
      <ProgressBar fraction={progress} tone={sentence.tone} label={t('progressOf', { name: torrent.name })} />
      <span class="brief-state" data-tone={sentence.tone}>
        {joinList([sentence.text, ...(more ? [more] : [])])}
      </span>
    </li>
  );
}
