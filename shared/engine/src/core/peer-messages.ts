import type { WireMessage } from '../protocol/wire-message.js';
import { parseDontHave } from '../protocol/dont-have.js';
import { EXTENDED_HANDSHAKE_ID } from '../protocol/extension-protocol.js';
import { MetadataExchangeError, parseMetadataMessage } from '../protocol/metadata-exchange.js';
import type { Downloader } from './downloader.js';
import type { MetadataFetcher } from './metadata-fetcher.js';
import type { LearnedPieces } from './peer-availability.js';
import { answerMetadataRequest } from './metadata-responder.js';
import { OUR_DONT_HAVE_ID, OUR_METADATA_ID, OUR_PEX_ID, type Peer } from './peer.js';
import type { Uploader } from './uploader.js';

/** Who in a torrent takes which messages; undefined until the metadata is known, or once it is. */
export interface MessageReceivers {
  readonly downloader: Downloader | undefined;
  readonly uploader: Uploader | undefined;
  readonly metadataFetcher: MetadataFetcher | undefined;
  /** The raw info dictionary, for peers that ask for it. */
  readonly rawInfo: Uint8Array | undefined;
  /** The peer became interested or lost interest. */
  interestChanged(): void;
  /** What the peer has may have become everything. */
  availabilityChanged(peer: Peer): void;
  /** Its extended handshake is here. */
  extensionsLearned(peer: Peer): void;
  /** The payload of a `ut_pex` message. Throws when the peer is to be dropped for it. */
  pexReceived(peer: Peer, payload: Uint8Array): void;
  /** The UDP port of its DHT node (BEP 5). */
  dhtPortReceived(peer: Peer, port: number): void;
}

/** Hands a message of a peer to whom it concerns. Throws a parser's typed error where the peer is to be dropped for it. */
export function deliverMessage(peer: Peer, message: WireMessage, to: MessageReceivers): void {
  switch (message.type) {
    case 'bitfield':
      learned(peer, peer.availability.bitfield(message.bits), to);
      break;
    case 'have-all':
      learned(peer, peer.availability.haveAll(), to);
      break;
    case 'have-none':
      peer.availability.haveNone();
      break;
    case 'have':
      if (!peer.availability.have(message.index)) break;
      if (peer.availability.pieces) got(peer, message.index, to);
      to.availabilityChanged(peer);
      break;
    case 'choke':
      to.downloader?.onChoke(peer);
      break;
    case 'unchoke':
      to.downloader?.onUnchoke(peer);
      break;
    case 'reject':
      to.downloader?.onReject(peer, message.index, message.begin);
      break;
    case 'interested':
      to.interestChanged();
      void to.uploader?.grantFast(peer);
      break;
    case 'not-interested':
      to.interestChanged();
      break;
    case 'request':
      to.uploader?.onRequest(peer, { index: message.index, begin: message.begin, length: message.length });
      break;
    case 'cancel':
      to.uploader?.onCancel(peer, { index: message.index, begin: message.begin, length: message.length });
      break;
    case 'extended':
      deliverExtended(peer, message.extendedId, message.payload, to);
      break;
    case 'port':
      to.dhtPortReceived(peer, message.port);
      break;
    case 'suggest':
    case 'allowed-fast':
      to.downloader?.onAdvice(peer, message.type, message.index);
      break;
    // The block sink takes the first, and we have no use for the others.
    case 'piece':
    case 'keep-alive':
    case 'unknown':
      break;
  }
}

function learned(peer: Peer, pieces: LearnedPieces, to: MessageReceivers): void {
  if (pieces === 'opening') {
    to.downloader?.onBitfield(peer);
    to.uploader?.superSeed.peerSpoke(peer);
  } else for (const index of pieces) got(peer, index, to);
  to.availabilityChanged(peer);
}

function got(peer: Peer, index: number, to: MessageReceivers): void {
  to.downloader?.onHave(peer, index);
  to.uploader?.superSeed.peerGot(peer, index);
}

function deliverExtended(peer: Peer, extendedId: number, payload: Uint8Array, to: MessageReceivers): void {
  switch (extendedId) {
    case EXTENDED_HANDSHAKE_ID:
      peer.learnExtensions(payload);
      to.extensionsLearned(peer);
      break;
    case OUR_METADATA_ID:
      deliverMetadata(peer, payload, to);
      break;
    case OUR_PEX_ID:
      to.pexReceived(peer, payload);
      break;
    case OUR_DONT_HAVE_ID: {
      const index = parseDontHave(payload);
      if (index !== undefined && peer.availability.dontHave(index)) to.downloader?.onDontHave(peer, index);
      break;
    }
  }
}

/** A metadata message that cannot be is ignored: the peer may still be good for pieces. */
function deliverMetadata(peer: Peer, payload: Uint8Array, to: MessageReceivers): void {
  try {
    const message = parseMetadataMessage(payload);
    if (message.type === 'request') answerMetadataRequest(peer, message.piece, to.rawInfo);
    else to.metadataFetcher?.onMessage(peer, message);
  } catch (error) {
    if (!(error instanceof MetadataExchangeError)) throw error;
  }
}
