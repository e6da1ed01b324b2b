/** Bounds of the protocol's own: what a codec accepts, whoever sends it. */

/** The unit of REQUEST and PIECE (BEP 3); a longer PIECE payload is refused. */
export const BLOCK_BYTES = 16 * 1024;

/** Longest peer message after its length prefix; more is refused before anything is buffered. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
