/** The DHT's constants; sources in the design's table of defaults. */

/** Nodes in a bucket, in a reply and at the end of a lookup (BEP 5). */
export const K = 8;
/** The first buckets, which hold the far half, quarter, ... of the network, are so many times larger: lookups start closer. */
export const BUCKET_FACTORS: readonly number[] = [16, 8, 4, 2];
/** Queries of a lookup under way at a time, slow ones not counted. */
export const ALPHA = 5;
/** After so long without a reply a lookup no longer waits for a node, but still listens. */
export const SHORT_TIMEOUT_MS = 1_000;
/** After so long a node has failed. */
export const FULL_TIMEOUT_MS = 15_000;
/** Queries sent and neither answered nor failed; further ones fail at once. */
export const MAX_PENDING_QUERIES = 1_024;
/** Queries that wait for upload credit; further ones fail at once. */
export const MAX_QUEUED_QUERIES = 1_024;

export const UPLOAD_BYTES_PER_SECOND = 8_000;
/** Unused credit is kept for so long. */
export const UPLOAD_BURST_SECONDS = 3;
/** So many packets ... */
export const FLOOD_PACKETS = 50;
/** ... in so long from one address ... */
export const FLOOD_WINDOW_MS = 10_000;
/** ... and it is ignored for this long. */
export const FLOOD_PENALTY_MS = 5 * 60_000;
/** Addresses whose packets are counted. */
export const MAX_WATCHED_ADDRESSES = 2_048;

/** A node that was heard of within this is good (BEP 5); a bucket without a change for longer is refreshed. */
export const FRESH_MS = 15 * 60_000;
/** A node that failed so many times in a row is given to nobody and makes room for a better one. */
export const BAD_FAILS = 2;
/** A node that ever answered and failed so many times in a row, while others answer, is forgotten, replacement or not. */
export const MAX_FAILS = 20;
/** Between two looks at what needs checking. */
export const MAINTENANCE_INTERVAL_MS = 5_000;
/** Nodes of doubtful state pinged at each look. */
export const MAINTENANCE_PINGS = 2;
/** A doubtful node is pinged again after this at the earliest. */
export const RECHECK_MS = 60_000;
/** Pings under way to nodes that were only heard of. */
export const MAX_INTRODUCTIONS = 16;

/** Candidates kept in a lookup, closest first. */
export const MAX_CANDIDATES = 100;
/** Queries of one lookup, so that nodes that always name closer ones do not keep it going; an honest one needs far fewer. */
export const MAX_LOOKUP_QUERIES = 200;
/** Peers passed on by one search. */
export const MAX_FOUND_PEERS = 2_000;

export const TOKEN_ROTATION_MS = 5 * 60_000;
export const PEER_LIFETIME_MS = 30 * 60_000;
/** Torrents whose peers are stored. */
export const MAX_STORED_TORRENTS = 2_000;
/** Peers stored of one torrent. */
export const MAX_STORED_PEERS = 500;
/** Info-hashes in one sample (BEP 51). */
export const MAX_SAMPLES = 20;
/** The same sample is given for so long (BEP 51: 0 to 21,600). */
export const SAMPLE_INTERVAL_SECONDS = 600;

/** Saved nodes that have answered nobody after this: the bootstrap nodes are asked too. */
export const BOOTSTRAP_PATIENCE_MS = 3_000;
/**
 * Once one network has been searched, the other is waited for so long, if nobody answers there yet: at a first start it hears of its nodes
 * from those of the first (BEP 32).
 */
export const OTHER_FAMILY_PATIENCE_MS = 3_000;
/** Between two attempts while nobody is known; doubles up to {@link BOOTSTRAP_MAX_RETRY_MS}. */
export const BOOTSTRAP_RETRY_MS = 5_000;
export const BOOTSTRAP_MAX_RETRY_MS = 5 * 60_000;
/** Nodes saved for the next start. */
export const MAX_SAVED_NODES = 400;

/** Replies that say what our address is: the newest so many count, one a node. */
export const ADDRESS_VOTERS = 30;
/** Voters that must agree, and be more than two thirds of all. */
export const MIN_ADDRESS_VOTES = 8;

/** Between two announces of a torrent. */
export const ANNOUNCE_INTERVAL_MS = 15 * 60_000;
/** Between the beginnings of two searches for a torrent, however often the user asks. */
export const MIN_SEARCH_GAP_MS = 60_000;
/** A torrent for which nobody was found is looked up again after this, doubling up to the interval. */
export const EMPTY_RETRY_MS = 60_000;
/** Share of an interval that is random, so that torrents spread out. */
export const ANNOUNCE_JITTER = 0.1;
/** Torrents looked up at a time. */
export const MAX_SEARCHES = 4;
