import type { JSX } from 'preact';
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
      label="Peers"
      renderItem={(peer) => (
        <li key={address(peer)} class="peer">
          <span class="peer-client" title={peer.client} dir="auto">
            {peer.client || 'Unknown program'}
          </span>
          <span class="peer-address">{address(peer)}</span>
          <span class="peer-progress" title="How much of it this peer has">
            {peer.progress >= 1 ? 'has it all' : `has ${formatPercent(peer.progress)}`}
          </span>
          <Rate direction="down" bytesPerSecond={peer.downloadRate} />
          <Rate direction="up" bytesPerSecond={peer.uploadRate} />
          <span class="peer-words">
            <span title="How this peer was found">{describeSources(peer)}</span>
            <span title="What goes on between this peer and us">{describeExchange(peer)}</span>
          </span>
        </li>
      )}
    />
  );
}
