import type { Endpoint } from '../interfaces/socket.js';
import type { AnnounceStats, StopAnnounce } from '../interfaces/tracker.js';
import type { TrackerSnapshot } from './snapshots.js';
import type { SharedUdpPort } from './udp-port.js';

/** What trackers must know of their torrent. */
export interface TrackedTorrent {
  /** 20 bytes, as they stand in the announce. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** Announce URLs in tiers (BEP 12), as the torrent or link gave them. */
  readonly tiers: readonly (readonly string[])[];
  /** BEP 27: its trackers are used one at a time. False while it is unknown. */
  isPrivate(): boolean;
  /** Bytes in this session, which only grow: the trackers are told those since the last `started`. */
  stats(): AnnounceStats;
}

/** What a torrent's trackers must know of it and its client. */
export interface TrackerContext extends TrackedTorrent {
  /** How we call ourselves to HTTP trackers, such as `JSTorrent/0.1.0`. */
  readonly userAgent: string;
  readonly udp: SharedUdpPort;
  /** Whether every tracker is announced to, instead of the first that works (BEP 12). Without effect on a private torrent. */
  announceToAll(): boolean;
  /** The port peers reach us at; 0 while not listening. */
  port(): number;
}

export type TrackerSetEvents = {
  /** An address from a tracker; `fromLocalTracker` says that the tracker is on the LAN (see `AddressPolicy`). */
  peer: [peer: Endpoint, options: { readonly fromLocalTracker: boolean }];
  /** The peers of a private torrent come from another tracker from now on, and those of the one before are not to be used (BEP 27). */
  switched: [];
  /** Where a tracker saw us (BEP 24), 4 or 16 bytes; `voter` is the host in the tracker's URL. */
  externalAddress: [address: Uint8Array, voter: string];
  /** The snapshot differs. */
  changed: [];
};

/** All trackers of one torrent, with their schedule. */
export interface TrackerSet {
  /** Announces `started` and keeps announcing. `allTiers` asks every tier the first time, for a magnet that knows nobody. */
  start(options: { readonly allTiers: boolean }): void;
  /** Changes the trackers, running or not. Those that stay keep their state and schedule; those that go are told so if they know of us. */
  setTiers(tiers: readonly (readonly string[])[]): void;
  /** Tells the trackers that have the torrent that it is complete. Without effect while stopped. */
  completed(): void;
  /** Announces as soon as each tracker allows it, for a user who asks or a torrent that ran out of peers. */
  announceNow(): void;
  /** Says `started` again at once, for when somebody else may have said `stopped` for us. Without effect while stopped. */
  announceStarted(): void;
  /** Ends the schedule and tells the trackers that know of us, for at most 5 s; while stopped, waits for what is still being told. Never rejects. */
  stop(): Promise<void>;
  /** Ready-made `stopped` announces of the trackers that know of us. */
  stopAnnounces(): readonly StopAnnounce[];
  snapshot(): readonly TrackerSnapshot[];
  on<Name extends keyof TrackerSetEvents>(event: Name, listener: (...args: TrackerSetEvents[Name]) => void): () => void;
  /** Ends everything at once, without a word to the trackers. Idempotent. */
  close(): void;
}

/** Given to the `Client` by the composition root, because `core` does not know the protocols of trackers. */
export type CreateTrackers = (context: TrackerContext) => TrackerSet;
