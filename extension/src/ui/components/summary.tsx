import type { JSX } from 'preact';
import type { HostStatus, TorrentDetails, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { placeName } from '../state/folders.js';
import { formatBytes, formatDuration } from '../state/format.js';

interface SummaryProps {
  readonly torrent: TorrentSnapshot;
  readonly details: TorrentDetails;
}

const ratioText = ({ shareRatio }: TorrentSnapshot): string =>
  shareRatio === undefined ? '' : ` (ratio ${shareRatio.toFixed(2)})`;

function facts(
  { torrent, details }: SummaryProps,
  status: HostStatus | undefined,
): readonly (readonly [term: string, fact: string | undefined])[] {
  const { totalBytes } = torrent;
  return [
    ['Place', placeName(torrent.root, status)],
    ['Size', totalBytes === undefined ? undefined : formatBytes(totalBytes)],
    ['Downloaded', formatBytes(torrent.downloadedBytes)],
    ['Shared', `${formatBytes(torrent.uploadedBytes)}${ratioText(torrent)}`],
    ['Received in vain', formatBytes(torrent.wastedBytes)],
    ['Added', new Date(torrent.addedAt).toLocaleString()],
    ['Completed', torrent.completedAt === undefined ? undefined : new Date(torrent.completedAt).toLocaleString()],
    ['Active for', formatDuration(torrent.activeSeconds)],
    ['Shared for', torrent.seedingSeconds > 0 ? formatDuration(torrent.seedingSeconds) : undefined],
    ['Times completed', torrent.timesCompleted > 1 ? String(torrent.timesCompleted) : undefined],
    ['Comment', details.comment],
    ['Made with', details.createdBy],
    ['Info-hash', torrent.id],
  ];
}

export function Summary(props: SummaryProps): JSX.Element {
  const status = useStore().status.value;
  return (
    <dl class="facts">
      {facts(props, status).map(
        ([term, fact]) =>
          fact !== undefined && (
            <div key={term}>
              <dt>{term}</dt>
              <dd dir="auto">{fact}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
