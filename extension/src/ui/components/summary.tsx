import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { HostStatus, TorrentDetails, TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { placeName } from '../state/folders.js';
import { formatBytes, formatDecimal, formatDuration, formatTime } from '../state/format.js';

interface SummaryProps {
  readonly torrent: TorrentSnapshot;
  readonly details: TorrentDetails;
}

function sharedText({ uploadedBytes, shareRatio }: TorrentSnapshot): string {
  const amount = formatBytes(uploadedBytes);
  return shareRatio === undefined ? amount : t('sharedRatio', { amount, ratio: formatDecimal(shareRatio, 2) });
}

function facts(
  { torrent, details }: SummaryProps,
  status: HostStatus | undefined,
): readonly (readonly [term: string, fact: string | undefined])[] {
  const { totalBytes } = torrent;
  return [
    [t('factPlace'), placeName(torrent.root, status)],
    [t('factSize'), totalBytes === undefined ? undefined : formatBytes(totalBytes)],
    [t('factDownloaded'), formatBytes(torrent.downloadedBytes)],
    [t('factShared'), sharedText(torrent)],
    [t('factWasted'), formatBytes(torrent.wastedBytes)],
    [t('factAdded'), formatTime(torrent.addedAt)],
    [t('factCompleted'), torrent.completedAt === undefined ? undefined : formatTime(torrent.completedAt)],
    [t('factActive'), formatDuration(torrent.activeSeconds)],
    [t('factSeeding'), torrent.seedingSeconds > 0 ? formatDuration(torrent.seedingSeconds) : undefined],
    [t('factTimesCompleted'), torrent.timesCompleted > 1 ? formatInteger(torrent.timesCompleted) : undefined],
    [t('factComment'), details.comment],
    [t('factMadeWith'), details.createdBy],
    [t('factInfoHash'), torrent.id],
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
