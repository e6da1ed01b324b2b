import type { JSX } from 'preact';
import type { PeerSnapshot } from '../../rpc/types.js';
import { formatPercent } from '../state/format.js';
import { LongList } from './long-list.js';
import { Rate } from './rates.js';

const address = ({ endpoint: { host, port } }: PeerSnapshot): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

export function PeerList({ peers }: { readonly peers: readonly PeerSnapshot[] }): JSX.Element {
  if (peers.length === 0) return <p class="hint">Nobody is connected at the moment.</p>;
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
        </li>
      )}
    />
  );
}
