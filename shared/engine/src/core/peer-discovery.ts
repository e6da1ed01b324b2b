import type { Endpoint } from '../interfaces/socket.js';
import type { AddressPolicy } from './address-policy.js';
import type { ExternalAddress } from './external-address.js';
import type { Reachability } from './reachability.js';
import type { ClientSettings } from './settings.js';
import type { SharedUdpPort } from './udp-port.js';

/** A torrent that looks for peers. */
export interface SoughtTorrent {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** We have everything we want of it, and have no use for seeds. */
  isComplete(): boolean;
  /** We have all there is of it, not only what we want. */
  isSeed(): boolean;
  /** An address of the swarm; the address policy decides what becomes of it. */
  onPeer(endpoint: Endpoint): void;
}

/** One torrent's search for peers, which goes on until it is ended. */
export interface PeerSearching {
  /** Looks as soon as good manners allow, for a user who asks. */
  lookNow(): void;
  /** Idempotent. */
  end(): void;
}

/** A way of finding peers that serves all torrents of a client: the DHT, local discovery. */
export interface PeerDiscovery {
  /** Where its peers are said to come from; the setting of that name switches it. */
  readonly source: 'dht' | 'lsd';
  /** Looks for peers of a torrent and lets others find us. Never for a private torrent (BEP 27). */
  seek(torrent: SoughtTorrent): PeerSearching;
  /** A node of its network that somebody named: a peer's PORT message, the `nodes` of a .torrent (BEP 5). */
  addNode?(endpoint: Endpoint): void;
  /** Our own network was gone, or is another one now: looks for everybody anew, at once. */
  networkIsBack?(): void;
  /** Nodes of its network that answer us; undefined while it is not at work. */
  readonly nodeCount?: number | undefined;
  /** Idempotent. */
  close(): void;
}

/** What a discovery must know of the client it works for. */
export interface DiscoveryContext {
  /** The port peers reach us at; undefined while not listening. */
  listenPort(): number | undefined;
  settings(): ClientSettings;
  /** Which addresses may be spoken to. */
  readonly policy: AddressPolicy;
  /** The client's UDP port. */
  readonly udp: SharedUdpPort;
  /** What others see of us, and where the network's word on it goes. */
  readonly externalAddress: ExternalAddress;
  /** Who of its network comes to us by themselves. */
  readonly reachability: Reachability;
  /** What {@link saveState} stored last under this name. */
  loadState(name: string): Promise<Uint8Array | undefined>;
  /** Stores something for the next session; `current` is called when it is written. */
  saveState(name: string, current: () => Uint8Array): void;
}

/** Given to the `Client` by the composition root, because `core` does not know the protocols of discovery. */
export type CreateDiscovery = (context: DiscoveryContext) => PeerDiscovery;
