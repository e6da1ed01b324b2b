import type { IClock } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import {
  encodeExtendedHandshake,
  EXTENDED_HANDSHAKE_ID,
  type ExtendedHandshake,
  parseExtendedHandshake,
} from '../protocol/extension-protocol.js';
import { METADATA_EXTENSION } from '../protocol/metadata-exchange.js';
import { BitField } from '../utils/bitfield.js';
import { plainText } from '../utils/plain-text.js';
import { clientNameOf } from './client-name.js';
import type { MetadataPeer } from './metadata-fetcher.js';
import { PeerAvailability } from './peer-availability.js';
import type { PeerConnection } from './peer-connection.js';
import type { PickingPeer } from './piece-manager.js';
import { RateMeter } from './rate-meter.js';
import { RequestQueue } from './request-queue.js';
import type { PeerSnapshot, PeerSource } from './snapshots.js';
import { MAX_QUEUED_REQUESTS, UploadQueue } from './upload-queue.js';
import type { PieceLayout } from './piece-layout.js';

/** The id under which we receive `ut_metadata` messages (BEP 10). */
export const OUR_METADATA_ID = 1;

/** What we say of ourselves in the extended handshake. */
export interface OwnIdentity {
  /** `v` of BEP 10. */
  readonly clientName: string;
  readonly listenPort: number | undefined;
  /** Undefined while it is unknown. */
  readonly metadataSize: number | undefined;
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
  /** What it asked of us is being read from disk. */
  isReadingUpload = false;
  #requests: RequestQueue | undefined;
  #extended: ExtendedHandshake | undefined;
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

  /** Reads the payload of an extended handshake; a later one replaces it (BEP 10). Throws `BencodeError`. */
  learnExtensions(payload: Uint8Array): ExtendedHandshake {
    this.#extended = parseExtendedHandshake(payload);
    this.#requests?.setPeerLimit(this.#extended.requestQueue);
    return this.#extended;
  }

  sendExtendedHandshake(identity: OwnIdentity): void {
    const payload = encodeExtendedHandshake({
      extensions: new Map([[METADATA_EXTENSION, OUR_METADATA_ID]]),
      client: identity.clientName,
      port: identity.listenPort,
      requestQueue: MAX_QUEUED_REQUESTS,
      metadataSize: identity.metadataSize,
    });
    this.connection.send({ type: 'extended', extendedId: EXTENDED_HANDSHAKE_ID, payload });
  }

  sendMetadata(payload: Uint8Array): void {
    const extendedId = this.#extended?.extensions.get(METADATA_EXTENSION);
    if (extendedId !== undefined) this.connection.send({ type: 'extended', extendedId, payload });
  }

  snapshot(): PeerSnapshot {
    const { connection, pieces } = this;
    return {
      endpoint: this.endpoint,
      client: plainText(this.#extended?.client ?? clientNameOf(this.peerId)),
      source: this.source,
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
}
