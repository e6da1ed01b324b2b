import type { Endpoint } from '../interfaces/socket.js';

/** A torrent that looks for peers. */
export interface SoughtTorrent {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** An address of the swarm; the address policy decides what becomes of it. */
  onPeer(endpoint: Endpoint): void;
}

/** A way of finding peers that serves all torrents of a client: the DHT, local discovery. */
export interface PeerDiscovery {
  /** Where its peers are said to come from; the setting of that name switches it. */
  readonly source: 'dht' | 'lsd';
  /** Looks for peers of a torrent and lets others find us, until the returned function is called. Never for a private torrent (BEP 27). */
  seek(torrent: SoughtTorrent): () => void;
  /** Idempotent. */
  close(): void;
}

/** What a discovery must know of the client it works for. */
export interface DiscoveryContext {
  /** The port peers reach us at; undefined while not listening. */
  listenPort(): number | undefined;
  /** Whether this machine itself counts as LAN. */
  allowLocalPeers(): boolean;
}

/** Given to the `Client` by the composition root, because `core` does not know the protocols of discovery. */
export type CreateDiscovery = (context: DiscoveryContext) => PeerDiscovery;
