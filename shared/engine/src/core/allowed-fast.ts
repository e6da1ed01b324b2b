import type { IHasher } from '../interfaces/hasher.js';
import { concatBytes } from '../utils/bytes.js';

/** Digests looked at before a set is left short: of random numbers this many repeat only when there are hardly more pieces than wanted. */
const MAX_DIGESTS = 100;
const WORDS_IN_DIGEST = 5;

/**
 * The pieces that a peer may have while it is choked (BEP 6, "Allowed Fast Set Generation"): for the same IPv4 network (/24) always the
 * same ones, so that reconnecting or a second client gains nothing. `ip` is 4 bytes; fewer than `size` when the torrent has no more.
 */
export async function allowedFastSet(options: {
  readonly ip: Uint8Array;
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  readonly size: number;
  readonly hasher: IHasher;
}): Promise<readonly number[]> {
  const { ip, infoHash, pieceCount, hasher } = options;
  const size = Math.min(options.size, pieceCount);
  const set = new Set<number>();
  let seed = concatBytes([ip.subarray(0, 3), Uint8Array.of(0), infoHash]);
  for (let round = 0; round < MAX_DIGESTS && set.size < size; round++) {
    const { digest } = await hasher.sha1(seed);
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    for (let word = 0; word < WORDS_IN_DIGEST && set.size < size; word++) {
      set.add(view.getUint32(word * 4) % pieceCount);
    }
    seed = digest;
  }
  return [...set];
}
