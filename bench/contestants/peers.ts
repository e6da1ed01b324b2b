import { Aria2Peer } from '../../shared/engine/test/interop/peers/aria2.js';
import { LibtorrentPeer } from '../../shared/engine/test/interop/peers/libtorrent.js';
import type { RealPeer } from '../../shared/engine/test/interop/peers/real-peer.js';
import { TransmissionPeer } from '../../shared/engine/test/interop/peers/transmission.js';
import { WebTorrentPeer } from '../../shared/engine/test/interop/peers/webtorrent.js';
import { EnginePeer } from '../engine/engine-peer.js';

/** Whoever needs longer has failed. */
export const FINISH_TIMEOUT_MS = 15 * 60_000;

/** A client that can be a contestant; some say how much of the torrent they have verified. */
type BenchPeer = RealPeer & { verifiedShare?(): Promise<number> };

export type StartPeer = () => Promise<BenchPeer>;

export const PEERS = {
  engine: () => EnginePeer.start(),
  libtorrent: () => LibtorrentPeer.start(),
  webtorrent: () => WebTorrentPeer.start(),
  aria2: () => Aria2Peer.start(),
  transmission: () => TransmissionPeer.start(),
} satisfies Record<string, StartPeer>;

export type PeerName = keyof typeof PEERS;
