import type { IClock } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { BitField } from '../utils/bitfield.js';
import type { ChokeRounds } from './choke-rounds.js';
import type { Downloader } from './downloader.js';
import type { MetadataFetcher } from './metadata-fetcher.js';
import { deliverMessage, type MessageReceivers } from './peer-messages.js';
import type { ExternalAddress } from './external-address.js';
import type { OwnIdentity, Peer } from './peer.js';
import type { PeerList } from './peer-list.js';
import type { PexExchange } from './pex-exchange.js';
import type { SwarmEvents } from './swarm.js';
import type { TorrentContent } from './torrent-content.js';
import type { Uploader } from './uploader.js';

/** What the liaison asks of its torrent. */
export interface LiaisonTorrent {
  /** Undefined until the metadata is known. */
  readonly content: TorrentContent | undefined;
  readonly fetcher: MetadataFetcher | undefined;
  readonly peers: ReadonlySet<Peer>;
  readonly isComplete: boolean;
  /** BEP 27. False while it is unknown. */
  readonly isPrivate: boolean;
}

/** What peers and the DHT have to do with each other (BEP 5): each side tells the port of its node. */
export interface DhtContact {
  /** The torrent may use the DHT. */
  isOpen(): boolean;
  /** The UDP port of our node. */
  port(): number | undefined;
  addNode(endpoint: Endpoint): void;
}

/** Stands between a torrent and its peers: greets each, hands its messages to whom they concern, and parts with it. */
export class PeerLiaison implements SwarmEvents, MessageReceivers {
  readonly #torrent: LiaisonTorrent;
  readonly #list: PeerList;
  readonly #chokeRounds: ChokeRounds;
  readonly #identity: () => OwnIdentity;
  readonly #pex: PexExchange;
  readonly #dht: DhtContact;
  readonly #externalAddress: ExternalAddress;
  readonly #clock: IClock;
  readonly #changed: () => void;

  constructor(options: {
    readonly torrent: LiaisonTorrent;
    readonly list: PeerList;
    readonly chokeRounds: ChokeRounds;
    readonly identity: () => OwnIdentity;
    readonly pex: PexExchange;
    readonly dht: DhtContact;
    readonly externalAddress: ExternalAddress;
    readonly clock: IClock;
    /** What is shown of the torrent differs. */
    readonly changed: () => void;
  }) {
    this.#torrent = options.torrent;
    this.#list = options.list;
    this.#chokeRounds = options.chokeRounds;
    this.#identity = options.identity;
    this.#pex = options.pex;
    this.#dht = options.dht;
    this.#externalAddress = options.externalAddress;
    this.#clock = options.clock;
    this.#changed = options.changed;
  }

  get downloader(): Downloader | undefined {
    return this.#torrent.content?.downloader;
  }

  get uploader(): Uploader | undefined {
    return this.#torrent.content?.uploader;
  }

  get metadataFetcher(): MetadataFetcher | undefined {
    return this.#torrent.fetcher;
  }

  get rawInfo(): Uint8Array | undefined {
    return this.#torrent.content?.metadata.info;
  }

  peerJoined(peer: Peer): void {
    const { content } = this.#torrent;
    peer.connection.on('message', (message) => {
      deliverMessage(peer, message, this);
    });
    peer.sendExtendedHandshake(this.#identity());
    const seemsEmpty = content?.uploader.superSeed.isActive;
    sendAvailability(peer, seemsEmpty ? undefined : content?.downloader.pieces.have);
    const dhtPort = this.#dht.isOpen() && peer.connection.features.dht ? this.#dht.port() : undefined;
    if (dhtPort !== undefined) peer.connection.send({ type: 'port', port: dhtPort });
    if (content) this.#admit(peer, content);
    this.#chokeRounds.peersChanged();
    this.#changed();
  }

  peerLeft(peer: Peer): void {
    this.downloader?.removePeer(peer);
    this.uploader?.removePeer(peer);
    this.metadataFetcher?.removePeer(peer);
    this.#chokeRounds.peersChanged();
    this.#changed();
  }

  interestChanged(): void {
    this.#chokeRounds.peersChanged();
  }

  availabilityChanged(peer: Peer): void {
    this.partIfBothComplete(peer);
  }

  extensionsLearned(peer: Peer): void {
    this.metadataFetcher?.addPeer(peer);
    const { port, yourIp } = peer.extended ?? {};
    if (peer.isIncoming && port !== undefined) this.#list.learnListenPort(peer.endpoint, port);
    const { otherHost } = peer;
    // The peers of a private torrent are where its tracker says (BEP 27).
    if (otherHost !== undefined && !this.#torrent.isPrivate) this.#list.learnOtherHost(peer.endpoint, otherHost);
    const { remoteEndpoint } = peer.connection;
    if (yourIp && remoteEndpoint) this.#externalAddress.vote(yourIp, remoteEndpoint.host);
    this.partIfBothComplete(peer);
  }

  dhtPortReceived(peer: Peer, port: number): void {
    const { remoteEndpoint } = peer.connection;
    if (remoteEndpoint && port > 0 && this.#dht.isOpen()) this.#dht.addNode({ host: remoteEndpoint.host, port });
  }

  pexReceived(peer: Peer, payload: Uint8Array): void {
    this.#pex.onMessage(peer, payload, this.#clock.now());
  }

  /** Something of what we say of ourselves has changed. */
  greetAgain(): void {
    for (const peer of this.#torrent.peers) peer.sendExtendedHandshake(this.#identity());
  }

  /** The metadata came while the peer was connected: what it said it has can be checked now. */
  startTransfer(peer: Peer, content: TorrentContent): void {
    try {
      peer.startTransfer(content.layout);
    } catch (error) {
      peer.connection.close({ kind: 'protocol-error', error: error as Error });
      return;
    }
    this.#admit(peer, content);
    this.partIfBothComplete(peer);
  }

  /** Tells peers that joined before the files were checked, and heard then that we have nothing. */
  announceHaves(content: TorrentContent): void {
    for (const peer of this.#torrent.peers) {
      peer.connection.sendHaves([...content.downloader.pieces.have]);
    }
  }

  /** Two seeds have nothing to give each other, nor have two that only upload (BEP 21). */
  partIfBothComplete(peer: Peer): void {
    if (!peer.isSeed && !peer.isUploadOnly) return;
    this.#list.markSeed(peer.endpoint);
    if (this.#torrent.isComplete) peer.connection.close();
  }

  /** These peers sent the blocks of a piece that verified. */
  thank(contributors: ReadonlySet<Peer>): void {
    for (const peer of contributors) this.#list.reward(peer.endpoint);
  }

  /** The peer sent wrong data: it is dropped and never met again. */
  ban(peer: Peer): void {
    this.#list.ban(peer.endpoint);
    peer.connection.close({ kind: 'protocol-error', error: new Error('sends data that fails its hash') });
  }

  #admit(peer: Peer, content: TorrentContent): void {
    content.downloader.addPeer(peer);
    content.uploader.addPeer(peer);
  }
}

/** The first message after the handshake: what we have (BEP 3, BEP 6). */
function sendAvailability(peer: Peer, have: BitField | undefined): void {
  const { connection } = peer;
  const { fast } = connection.features;
  if (!have || have.hasNone) {
    if (fast) connection.send({ type: 'have-none' });
  } else if (have.hasAll && fast) connection.send({ type: 'have-all' });
  else connection.send({ type: 'bitfield', bits: have.buffer.slice() });
}
