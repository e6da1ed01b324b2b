import type { IClock } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import {
  encodeExtendedHandshake,
  EXTENDED_HANDSHAKE_ID,
  type ExtendedHandshake,
  parseExtendedHandshake,
} from '../protocol/extension-protocol.js';
import { DONT_HAVE_EXTENSION } from '../protocol/dont-have.js';
import { METADATA_EXTENSION } from '../protocol/metadata-exchange.js';
import { PEX_EXTENSION } from '../protocol/pex.js';
import { BitField } from '../utils/bitfield.js';
import { formatIp, parseIp } from '../utils/ip-address.js';
import { plainText } from '../utils/plain-text.js';
import { clientNameOf } from './client-name.js';
import type { MetadataPeer } from './metadata-fetcher.js';
import type { FastGrant } from './fast-grant.js';
import { PeerAvailability } from './peer-availability.js';
import type { PeerConnection } from './peer-connection.js';
import type { PickingPeer } from './picking-peer.js';
import { RateMeter } from './rate-meter.js';
import { RequestQueue } from './request-queue.js';
import type { PeerSnapshot, PeerSource } from './snapshots.js';
import { MAX_QUEUED_REQUESTS, UploadQueue } from './upload-queue.js';
import type { PieceLayout } from './piece-layout.js';

/** The ids under which we receive messages of extensions (BEP 10). */
export const OUR_METADATA_ID = 1;
export const OUR_PEX_ID = 2;
export const OUR_DONT_HAVE_ID = 3;
/** Takes an extension out of a later handshake. */
const SWITCHED_OFF = 0;

/** What we say of ourselves in the extended handshake. */
export interface OwnIdentity {
  /** `v` of BEP 10. */
  readonly clientName: string;
  readonly listenPort: number | undefined;
  /** Undefined while it is unknown. */
  readonly metadataSize: number | undefined;
  /** Whether we speak PEX (BEP 11): never of a private torrent. */
  readonly speaksPex: boolean;
  /** Whether we download nothing of this torrent any more (BEP 21). */
  readonly isUploadOnly: boolean;
  /** Our own addresses, as far as they are known: 4 and 16 bytes. */
  readonly ipv4: Uint8Array | undefined;
  readonly ipv6: Uint8Array | undefined;
}

const NO_PIECES = new BitField(0);

/**
 * One connected peer of one torrent, its handshake done: the wire with all that is remembered beside it. It decides nothing; the
 * torrent's downloader, uploader and the client's choker do.
 */
export class Peer implements PickingPeer, MetadataPeer {
  readonly connection: PeerConnection;
  /** Where it was dialled, or the remote end of the connection it made. */
  readonly endpoint: Endpoint;
  readonly source: PeerSource;
  readonly isIncoming: boolean;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly availability: PeerAvailability;
  readonly uploads = new UploadQueue();
  /** Payload of blocks, wanted or not. */
  readonly received = new RateMeter();
  readonly sent = new RateMeter();
  /** What it may have while we choke it; the uploader's. */
  fastGrant: FastGrant | undefined;
  /** What it asked of us is being read from disk. */
  isReadingUpload = false;
  #requests: RequestQueue | undefined;
  #extended: ExtendedHandshake | undefined;
  #hasOfferedPex = false;
  readonly #clock: IClock;

  constructor(options: {
    readonly connection: PeerConnection;
    readonly endpoint: Endpoint;
    readonly source: PeerSource;
    readonly isIncoming: boolean;
    readonly peerId: Uint8Array;
    /** Undefined while the metadata is unknown; {@link startTransfer} follows. */
    readonly layout: PieceLayout | undefined;
    readonly clock: IClock;
  }) {
    this.connection = options.connection;
    this.endpoint = options.endpoint;
    this.source = options.source;
    this.isIncoming = options.isIncoming;
    this.peerId = options.peerId;
    this.#clock = options.clock;
    this.availability = new PeerAvailability(options.layout?.pieceCount);
    if (options.layout) this.#requests = new RequestQueue({ layout: options.layout });
  }

  /** The metadata is known: checks what the peer said it has. Throws for what cannot be. */
  startTransfer(layout: PieceLayout): void {
    this.availability.resolve(layout.pieceCount);
    this.#requests = new RequestQueue({ layout });
    if (this.#extended) this.#requests.setPeerLimit(this.#extended.requestQueue);
  }

  /** Empty until the metadata is known. */
  get pieces(): BitField {
    return this.availability.pieces ?? NO_PIECES;
  }

  /** Undefined until the metadata is known. */
  get requests(): RequestQueue | undefined {
    return this.#requests;
  }

  get isSeed(): boolean {
    return this.pieces.length > 0 && this.pieces.hasAll;
  }

  get isSnubbed(): boolean {
    return this.#requests?.isSnubbed ?? false;
  }

  get downloadRate(): number {
    return this.received.rate(this.#clock.now());
  }

  get uploadRate(): number {
    return this.sent.rate(this.#clock.now());
  }

  /** What its extended handshake said; undefined before it came. */
  get extended(): ExtendedHandshake | undefined {
    return this.#extended;
  }

  get metadataSize(): number | undefined {
    return this.#extended?.extensions.has(METADATA_EXTENSION) ? this.#extended.metadataSize : undefined;
  }

  get speaksPex(): boolean {
    return this.#extended?.extensions.has(PEX_EXTENSION) ?? false;
  }

  /** It says that it downloads nothing (BEP 21). */
  get isUploadOnly(): boolean {
    return this.#extended?.isUploadOnly ?? false;
  }

  /** Where it takes connections; undefined for a peer that dialled us and has not said it. The host is an IP literal. */
  get listenEndpoint(): Endpoint | undefined {
    const { host } = this.connection.remoteEndpoint ?? this.endpoint;
    const port = this.isIncoming ? this.#extended?.port : this.endpoint.port;
    return port === undefined ? undefined : { host, port };
  }

  /** The address that it says it has in the other family (BEP 10 `ipv4`, `ipv6`), as an IP literal. */
  get otherHost(): string | undefined {
    const { host } = this.connection.remoteEndpoint ?? this.endpoint;
    const other = parseIp(host)?.length === 4 ? this.#extended?.ipv6 : this.#extended?.ipv4;
    return other && formatIp(other);
  }

  /** Reads the payload of an extended handshake; a later one adds to it (BEP 10). Throws `BencodeError`. */
  learnExtensions(payload: Uint8Array): ExtendedHandshake {
    this.#extended = parseExtendedHandshake(payload, this.#extended);
    this.#requests?.setPeerLimit(this.#extended.requestQueue);
    return this.#extended;
  }

  /** Says who we are, at first or when something of it has changed. Without effect for a peer that does not speak BEP 10. */
  sendExtendedHandshake(identity: OwnIdentity): void {
    if (!this.connection.features.extensionProtocol) return;
    const extensions = new Map([
      [METADATA_EXTENSION, OUR_METADATA_ID],
      [DONT_HAVE_EXTENSION, OUR_DONT_HAVE_ID],
    ]);
    if (identity.speaksPex) extensions.set(PEX_EXTENSION, OUR_PEX_ID);
    else if (this.#hasOfferedPex) extensions.set(PEX_EXTENSION, SWITCHED_OFF);
    this.#hasOfferedPex = identity.speaksPex;
    const payload = encodeExtendedHandshake({
      extensions,
      client: identity.clientName,
      port: identity.listenPort,
      requestQueue: MAX_QUEUED_REQUESTS,
      metadataSize: identity.metadataSize,
      yourIp: parseIp(this.connection.remoteEndpoint?.host ?? ''),
      ipv4: identity.ipv4,
      ipv6: identity.ipv6,
      isUploadOnly: identity.isUploadOnly,
    });
    this.connection.send({ type: 'extended', extendedId: EXTENDED_HANDSHAKE_ID, payload });
  }

  sendMetadata(payload: Uint8Array): void {
    this.#sendExtension(METADATA_EXTENSION, payload);
  }

  /** The payload of a `ut_pex` message. */
  sendPex(payload: Uint8Array): void {
    this.#sendExtension(PEX_EXTENSION, payload);
  }

  snapshot(sources: readonly PeerSource[]): PeerSnapshot {
    const { connection, pieces } = this;
    return {
      endpoint: this.endpoint,
      client: plainText(this.#extended?.client ?? clientNameOf(this.peerId)),
      sources,
      isIncoming: this.isIncoming,
      progress: pieces.length > 0 ? pieces.count / pieces.length : 0,
      downloadRate: this.downloadRate,
      uploadRate: this.uploadRate,
      amChoking: connection.peerChoked,
      amInterested: connection.interested,
      peerChoking: connection.choked,
      peerInterested: connection.peerInterested,
      isSnubbed: this.isSnubbed,
      outstandingRequests: this.#requests?.length ?? 0,
    };
  }

  #sendExtension(name: string, payload: Uint8Array): void {
    const extendedId = this.#extended?.extensions.get(name);
    if (extendedId !== undefined) this.connection.send({ type: 'extended', extendedId, payload });
  }
}
