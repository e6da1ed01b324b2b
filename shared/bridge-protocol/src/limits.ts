/** Every bound of the bridge, enforced at the edge by the end that would have to pay. */

/** DATA payload of one frame, at most. */
export const MAX_DATA_PAYLOAD_BYTES = 64 * 1024;
/** Payload of any frame: the largest UDP datagram with its address. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 + 512;
/** A longer frame than {@link MAX_PAYLOAD_BYTES} is skipped up to here; beyond, the lane is taken to be out of step. */
export const MAX_SKIPPED_FRAME_BYTES = 16 * 1024 * 1024;
/** Frames coalesced into one native message, before base64. Larger ones are no faster. */
export const NATIVE_LANE_BATCH_BYTES = 66 * 1024;
/** Frames coalesced into one write of the fast lane; smaller ones cost half the speed. */
export const FAST_LANE_BATCH_BYTES = 256 * 1024;
/** One native message, either way. Chrome kills the port when the helper sends more than 1 MB. */
export const MAX_NATIVE_MESSAGE_BYTES = 1024 * 1024 - 1024;
/** One WebSocket message of the uplink. */
export const MAX_UPLINK_MESSAGE_BYTES = 1024 * 1024;

/** Credit of a fresh TCP socket while there is plenty. */
export const INITIAL_CREDIT_BYTES = 256 * 1024;
/** Credit every TCP socket gets, however short the budget is. */
export const MINIMUM_CREDIT_BYTES = 16 * 1024;
/** Outstanding credit of one TCP socket, at most; more is a violation. */
export const MAX_CREDIT_BYTES = 4 * 1024 * 1024;
/** Outstanding credit over all TCP sockets of one direction; the minimum of late sockets may come on top. */
export const TOTAL_CREDIT_BYTES = 16 * 1024 * 1024;
/** Credit of a UDP socket, which is its queue: datagrams beyond it are dropped, newest first, and counted. */
export const UDP_CREDIT_BYTES = 256 * 1024;

/** TCP connections and listeners together. */
export const MAX_TCP_SOCKETS = 512;
export const MAX_UDP_SOCKETS = 8;
/** Accepted connections of one listener that the extension has not answered yet; more are closed on arrival. */
export const MAX_PENDING_ACCEPTS = 64;
/** HTTP requests under way. */
export const MAX_HTTP_REQUESTS = 64;
/** Names being resolved. */
export const MAX_RESOLVES = 512;
/** Addresses of one name that the extension is told. */
export const MAX_RESOLVED_ADDRESSES = 16;
/** Decoded HTTP body, whatever the request allows: a large .torrent file. Trackers' replies are asked for with less. */
export const MAX_HTTP_BODY_BYTES = 32 * 1024 * 1024;
export const MAX_HTTP_REDIRECTS = 5;
/** Time that one HTTP exchange or one TCP connect may ask for. */
export const MAX_TIMEOUT_MS = 5 * 60 * 1000;
/** Used when a connect names no time-out. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 30 * 1000;

/** Held `stopped` announces, those of a thousand torrents with some trackers each; a further one replaces the oldest. */
export const MAX_STOPPED_REQUESTS = 8192;
/** Text of all held `stopped` announces. */
export const MAX_STOPPED_REQUESTS_CHARS = 8 * 1024 * 1024;
/** The browser kills the helper about 1.9 s after the port has gone; all held announces share this time. */
export const STOPPED_REQUESTS_TIMEOUT_MS = 1500;

/** Random bytes of a fast-lane token, which travels as lower-case hex. */
export const LANE_TOKEN_BYTES = 32;
/** A token that was not presented by then is void. */
export const LANE_TOKEN_VALID_MS = 10 * 1000;
/** Refused attempts after which the helper shuts the fast lane's port. */
export const MAX_LANE_REFUSALS = 1000;

/** Waits of the extension before each attempt to reach a lost helper; the last one repeats. */
export const RECONNECT_DELAYS_MS = [0, 1000, 2000, 5000, 10_000, 30_000] as const;
