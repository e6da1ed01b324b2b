/** Bounds of the protocol's own: what a codec accepts, whoever sends it. */

/** The unit of REQUEST and PIECE (BEP 3); a longer PIECE payload is refused. */
export const BLOCK_BYTES = 16 * 1024;

/** Longest peer message after its length prefix; more is refused before anything is buffered. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Nesting of lists and dictionaries in bencode; torrents and protocols use fewer than 10. */
export const MAX_BENCODE_DEPTH = 100;

/** Values and keys in one bencoded document: room for a torrent of 300,000 files. */
export const MAX_BENCODE_TOKENS = 3_000_000;

/** Size of a .torrent file or of the metadata a swarm sends (BEP 9). */
export const MAX_METADATA_BYTES = 32 * 1024 * 1024;

/** The unit in which metadata is exchanged (BEP 9). */
export const METADATA_PIECE_BYTES = 16 * 1024;

/** Requests that a peer is taken to queue when it does not say, or says nonsense (BEP 10). */
export const DEFAULT_PEER_REQUEST_QUEUE = 250;

/** Most that a peer's `reqq` can mean. */
export const MAX_PEER_REQUEST_QUEUE = 2 ** 31 - 1;

/** What is kept of a peer's client name and of the name of an extension. */
export const MAX_PEER_TEXT_CHARS = 128;

/** Extensions that are kept of one peer (BEP 10); real ones have fewer than 20. */
export const MAX_PEER_EXTENSIONS = 100;

/** Pieces of one torrent. */
export const MAX_PIECES = 2 ** 21;

export const MAX_PIECE_LENGTH_BYTES = 512 * 1024 * 1024;

/** Trackers, web seeds or peer addresses kept of one magnet link or .torrent file. */
export const MAX_LISTED_ADDRESSES = 100;

/** Characters of a magnet link. */
export const MAX_MAGNET_CHARS = 1024 * 1024;

/** Ranges in the `so` of a magnet link. */
export const MAX_SELECTION_RANGES = 1000;

/** Peers read of one list of a PEX message (BEP 11); a first message may name more than the 50 of later ones. */
export const MAX_PEX_PEERS_READ = 200;

/** Longest announce of local discovery that is read; BEP 14 asks for at most 1,400 bytes. */
export const MAX_LOCAL_ANNOUNCE_BYTES = 1500;

/** Info-hashes in one announce of local discovery: what fits into 1,400 bytes (BEP 14). */
export const MAX_ANNOUNCED_TORRENTS = 24;
