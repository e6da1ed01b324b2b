import { METADATA_PIECE_BYTES } from '../protocol/limits.js';
import { encodeMetadataMessage, metadataPieceCount } from '../protocol/metadata-exchange.js';
import type { Peer } from './peer.js';

/** A peer that asks for metadata faster than it takes it is refused above this. */
const MAX_QUEUED_BYTES = 512 * 1024;

/** Answers one request for a piece of the info dictionary (BEP 9); `info` is undefined while we do not have it. */
export function answerMetadataRequest(peer: Peer, piece: number, info: Uint8Array | undefined): void {
  const canServe =
    info !== undefined && piece < metadataPieceCount(info.length) && peer.connection.queuedBytes < MAX_QUEUED_BYTES;
  if (!canServe) {
    peer.sendMetadata(encodeMetadataMessage({ type: 'reject', piece }));
    return;
  }
  const start = piece * METADATA_PIECE_BYTES;
  const data = info.subarray(start, start + METADATA_PIECE_BYTES);
  peer.sendMetadata(encodeMetadataMessage({ type: 'data', piece, totalSize: info.length, data }));
}
