import type { IClock } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { Endpoint, ISocketFactory, ITcpSocket } from '../interfaces/socket.js';
import { SocketError } from '../interfaces/socket.js';
import type { Handshake } from '../protocol/handshake.js';
import { PeerWireProtocol } from '../protocol/wire-protocol.js';
import { equalBytes, toHex } from '../utils/bytes.js';
import { type AddressPolicy, type CandidateOptions, canonicalHost } from './address-policy.js';
import type { ConnectionBudget } from './connection-budget.js';
import type { Dialer } from './dialer.js';
import { CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_STEP_MS } from './limits.js';
import { type CloseReason, PeerConnection } from './peer-connection.js';
import { Peer } from './peer.js';
import type { PeerCandidate, PeerList } from './peer-list.js';
import type { DisconnectOutcome } from './peer-retry.js';
import type { RateLimiters, TorrentRates } from './transfer-rates.js';
import type { PieceLayout } from './piece-layout.js';
import type { PeerSource } from './snapshots.js';

/** What every torrent of a client shares of the network. */
export interface SwarmNetwork {
  readonly sockets: ISocketFactory;
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly policy: AddressPolicy;
  readonly budget: ConnectionBudget;
  readonly dialer: Dialer;
  readonly limiters: RateLimiters;
}

/** What the torrent does with its peers. */
export interface SwarmEvents {
  /** Both handshakes are done. Messages follow at once, so listeners are set before this returns. */
  peerJoined(peer: Peer): void;
  peerLeft(peer: Peer): void;
}

/** What a swarm asks of its torrent. */
export interface SwarmTorrent {
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  readonly content: { readonly layout: PieceLayout } | undefined;
  readonly isComplete: boolean;
  readonly maxConnections: number;
}

/** An attempt to connect, until both handshakes are done. */
interface Dial {
  readonly endpoint: Endpoint;
  readonly socket: ITcpSocket;
  /** Set once connected. */
  connection: PeerConnection | undefined;
  /** The other end is this very torrent. */
  isToOurselves: boolean;
}

/** Between two newcomers that take somebody's place, so that a crowd of them changes little. */
const DISPLACEMENT_INTERVAL_MS = 1000;

/** The connections of one torrent: dials its candidates, takes incoming ones, and keeps count. */
export class Swarm {
  readonly #network: SwarmNetwork;
  readonly #torrent: SwarmTorrent;
  readonly #list: PeerList;
  readonly #events: SwarmEvents;
  readonly #speaksDht: () => boolean;
  readonly #rates: TorrentRates;
  readonly #peers = new Set<Peer>();
  readonly #dials = new Set<Dial>();
  #isRunning = false;
  #displacedAt = -Infinity;
  /** The place that is being freed is for the newcomer, not to be dialled for. */
  #isMakingWay = false;

  constructor(options: {
    readonly network: SwarmNetwork;
    readonly torrent: SwarmTorrent;
    readonly list: PeerList;
    readonly events: SwarmEvents;
    /** Said in the handshake: the peer will then tell the port of its node (BEP 5). */
    readonly speaksDht: () => boolean;
    readonly rates: TorrentRates;
  }) {
    this.#network = options.network;
    this.#torrent = options.torrent;
    this.#list = options.list;
    this.#events = options.events;
    this.#speaksDht = options.speaksDht;
    this.#rates = options.rates;
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Who was left when we stopped.
    this.#list.networkIsBack();
    this.#network.dialer.add(this);
    this.#network.dialer.kick();
  }

  /** Closes every connection; `peerLeft` is told for each. */
  stop(): void {
    this.#isRunning = false;
    this.#network.dialer.remove(this);
    for (const peer of [...this.#peers]) peer.connection.close();
    for (const dial of [...this.#dials]) endDial(dial);
  }

  addCandidate(endpoint: Endpoint, source: PeerSource, options: CandidateOptions & { readonly isSeed?: boolean } = {}) {
    if (!this.#list.add(endpoint, source, options)) return;
    if (options.isSeed) this.#list.markSeed(endpoint);
    if (this.#isRunning) this.#network.dialer.kickFor(this);
  }

  /** Our own network works again. */
  networkIsBack(): void {
    this.#list.networkIsBack();
    this.#network.dialer.kick();
  }

  /** Parts with everybody whom the list knows by no source any more. */
  partFromUnlisted(): void {
    const isUnlisted = ({ endpoint }: Peer | Dial) => this.#list.sourcesOf(endpoint).length === 0;
    for (const peer of [...this.#peers].filter(isUnlisted)) peer.connection.close();
    for (const dial of [...this.#dials].filter(isUnlisted)) endDial(dial);
  }

  dialNext(): boolean {
    if (!this.#isRunning || !this.#hasRoom()) return false;
    const candidate = this.#list.next({ weAreSeed: this.#torrent.isComplete });
    if (!candidate || !this.#network.budget.tryAcquire()) return false;
    void this.#dial(candidate);
    return true;
  }

  /** Takes a connection whose handshake named this torrent. It is closed when it is not wanted. */
  accept(connection: PeerConnection, handshake: Handshake): void {
    const endpoint = connection.remoteEndpoint;
    if (!this.#isRunning || !endpoint) {
      connection.close();
      return;
    }
    if (equalBytes(handshake.peerId, this.#torrent.peerId)) {
      this.#meetOurselves(endpoint);
      connection.close();
      return;
    }
    if (!this.#makeWay(handshake, { endpoint, isIncoming: true })) {
      connection.close();
      return;
    }
    const displaced = this.#hasRoom() ? undefined : this.#whoMakesRoomFor(endpoint);
    if (!(displaced ?? this.#hasRoom()) || !this.#list.incoming(endpoint)) {
      connection.close();
      return;
    }
    if (!this.#network.budget.tryAcquire()) {
      this.#list.disconnected(endpoint, 'ended');
      connection.close();
      return;
    }
    connection.sendHandshake(this.#ownHandshake());
    this.#join(connection, handshake, { endpoint, source: 'incoming', isIncoming: true });
    // Only now: a place that is free is dialled for at once.
    displaced?.connection.close();
  }

  /**
   * Where every place is taken, a newcomer of higher canonical priority (BEP 40) has the place of the peer with the lowest: since both
   * ends of a pair come to the same order, a swarm of full clients does not fall apart into closed circles.
   */
  #whoMakesRoomFor(newcomer: Endpoint): Peer | undefined {
    const rank = this.#list.rankOf(newcomer);
    const now = this.#network.clock.now();
    if (rank === undefined || now - this.#displacedAt < DISPLACEMENT_INTERVAL_MS) return undefined;
    const ranked = Array.from(this.#peers, (peer) => ({ peer, rank: this.#list.rankOf(peer.endpoint) ?? 0 }));
    const [lowest] = ranked.sort((a, b) => a.rank - b.rank);
    if (!lowest || lowest.rank >= rank) return undefined;
    this.#displacedAt = now;
    return lowest.peer;
  }

  #hasRoom(): boolean {
    return this.#peers.size + this.#dials.size < this.#torrent.maxConnections;
  }

  async #dial(candidate: PeerCandidate): Promise<void> {
    const { endpoint, source, fails } = candidate;
    const { clock, budget, policy, dialer } = this.#network;
    this.#list.connecting(endpoint);
    const socket = this.#network.sockets.createTcpSocket();
    const dial: Dial = { endpoint, socket, connection: undefined, isToOurselves: false };
    this.#dials.add(dial);
    const giveUp = (outcome: DisconnectOutcome) => {
      this.#dials.delete(dial);
      socket.close();
      budget.release();
      this.#list.disconnected(endpoint, outcome);
      dialer.kick();
    };
    try {
      const timeoutMs = CONNECT_TIMEOUT_MS + fails * CONNECT_TIMEOUT_STEP_MS;
      await socket.connect(endpoint.host, endpoint.port, { timeoutMs });
    } catch (error) {
      giveUp(outcomeOf(error));
      return;
    }
    const remote = socket.remoteEndpoint;
    // An address was judged when it was listed; a name is known only now.
    const isAllowed = remote && (isSameHost(remote, endpoint) || policy.allows(remote, source));
    if (!this.#isRunning || !isAllowed) {
      giveUp(this.#isRunning ? 'useless' : 'network-down');
      return;
    }
    const connection = (dial.connection = new PeerConnection(socket, clock));
    connection.on('close', (reason) => {
      if (!this.#dials.has(dial)) return;
      giveUp(dial.isToOurselves ? 'self' : reason.kind === 'local' ? 'ended' : 'failed');
    });
    connection.on('handshake', (handshake) => {
      const objection = this.#objection(handshake, endpoint);
      if (objection) {
        giveUp(objection);
        connection.close();
        return;
      }
      this.#dials.delete(dial);
      this.#list.connected(endpoint);
      this.#join(connection, handshake, { endpoint, source, isIncoming: false });
    });
    connection.sendHandshake(this.#ownHandshake());
  }

  #objection(handshake: Handshake, endpoint: Endpoint): DisconnectOutcome | undefined {
    if (!this.#isRunning) return 'ended';
    if (!equalBytes(handshake.infoHash, this.#torrent.infoHash)) return 'useless';
    if (equalBytes(handshake.peerId, this.#torrent.peerId)) return 'self';
    return this.#makeWay(handshake, { endpoint, isIncoming: false }) ? undefined : 'twin';
  }

  /** One of our dials reached our own port: it ends knowing that, and the address is not dialled again. */
  #meetOurselves(remote: Endpoint): void {
    for (const dial of [...this.#dials]) {
      if (dial.socket.localEndpoint?.port !== remote.port) continue;
      dial.isToOurselves = true;
      endDial(dial);
    }
  }

  /**
   * False when the peer is connected already. Two peers that dial each other at once have two connections then, and must end the same one:
   * the one that the greater peer id dialled stays.
   */
  #makeWay(handshake: Handshake, origin: { readonly endpoint: Endpoint; readonly isIncoming: boolean }): boolean {
    const twin = [...this.#peers].find((peer) => equalBytes(peer.peerId, handshake.peerId));
    if (!twin) return true;
    const isOtherWay = twin.isIncoming !== origin.isIncoming && isSameHost(twin.endpoint, origin.endpoint);
    const oursStays = toHex(this.#torrent.peerId) > toHex(handshake.peerId);
    if (!isOtherWay || oursStays === origin.isIncoming) return false;
    this.#isMakingWay = true;
    twin.connection.close();
    this.#isMakingWay = false;
    return true;
  }

  #join(
    connection: PeerConnection,
    handshake: Handshake,
    origin: { readonly endpoint: Endpoint; readonly source: PeerSource; readonly isIncoming: boolean },
  ): void {
    const layout = this.#torrent.content?.layout;
    const peer = new Peer({ ...origin, connection, peerId: handshake.peerId, layout, clock: this.#network.clock });
    this.#peers.add(peer);
    connection.setRates(this.#rates.connect());
    connection.on('close', (reason) => {
      this.#leave(peer, reason);
    });
    this.#events.peerJoined(peer);
  }

  #leave(peer: Peer, reason: CloseReason): void {
    this.#peers.delete(peer);
    this.#network.budget.release();
    // What ends because we stop is as little the peer's doing as the loss of our network.
    this.#list.disconnected(peer.endpoint, this.#isRunning ? outcomeOfClose(reason) : 'network-down');
    this.#network.logger.debug('swarm', `${peer.endpoint.host}:${peer.endpoint.port} left: ${describe(reason)}`);
    this.#events.peerLeft(peer);
    if (!this.#isMakingWay) this.#network.dialer.kick();
  }

  #ownHandshake(): Handshake {
    const reserved = PeerWireProtocol.encodeReserved({ extensionProtocol: true, fast: true, dht: this.#speaksDht() });
    return { infoHash: this.#torrent.infoHash, peerId: this.#torrent.peerId, reserved };
  }
}

function isSameHost(a: Endpoint, b: Endpoint): boolean {
  return canonicalHost(a.host) === canonicalHost(b.host);
}

function endDial({ connection, socket }: Dial): void {
  if (connection) connection.close();
  else socket.close();
}

function outcomeOf(error: unknown): DisconnectOutcome {
  if (!(error instanceof SocketError)) return 'failed';
  switch (error.code) {
    case 'bridge-lost':
    case 'too-many-sockets':
    case 'aborted':
    // By ourselves, in the middle of a dial.
    case 'closed':
      return 'network-down';
    default:
      return 'failed';
  }
}

function outcomeOfClose(reason: CloseReason): DisconnectOutcome {
  if (reason.kind === 'protocol-error') return 'useless';
  return reason.kind === 'socket' && outcomeOf(reason.error) === 'network-down' ? 'network-down' : 'ended';
}

function describe(reason: CloseReason): string {
  switch (reason.kind) {
    case 'socket':
    case 'protocol-error':
      return `${reason.kind}: ${reason.error.message}`;
    default:
      return reason.kind;
  }
}
