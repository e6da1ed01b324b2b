import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { PeerSnapshot } from '../../rpc/types.js';
import { formatPercent } from '../state/format.js';
import { describeExchange, describeSources } from '../state/peer-words.js';
import { LongList } from './long-list.js';
import { Rate } from './rates.js';

const address = ({ endpoint: { host, port } }: PeerSnapshot): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

interface PeerListProps {
  readonly peers: readonly PeerSnapshot[];
  /** Why nobody is there. */
  readonly reason: string;
}

/** Who is connected, where each came from, and what goes on between us. */
export function PeerList({ peers, reason }: PeerListProps): JSX.Element {
  if (peers.length === 0) return <p class="hint">{reason}</p>;
  return (
    <LongList
      items={peers}
      label={t('peersLabel')}
      renderItem={(peer) => (
        <li key={address(peer)} class="peer">
          <span class="peer-client" title={peer.client} dir="auto">
            {peer.client || t('unknownProgram')}
          </span>
          <span class="peer-address">{address(peer)}</span>
          <span class="peer-progress" title={t('peerHasHint')}>
            {peer.progress >= 1 ? t('peerHasAll') : t('peerHas', { percent: formatPercent(peer.progress) })}
          </span>
          <Rate direction="down" bytesPerSecond={peer.downloadRate} />
          <Rate direction="up" bytesPerSecond={peer.uploadRate} />
          <span class="peer-words">
            <span title={t('peerFoundHint')}>{describeSources(peer)}</span>
            <span title={t('peerExchangeHint')}>{describeExchange(peer)}</span>
          </span>
        </li>
      )}
    />
  );
}
