/** One read of a dialled socket. */
export const RECEIVE_BUFFER_BYTES = 256 * 1024;
/** Connections that wait for a server's handlers; more are refused. */
export const MAX_PENDING_CONNECTIONS = 64;
/** Largest payload of a UDP datagram (RFC 768 over IPv4). */
export const MAX_DATAGRAM_BYTES = 65_507;
export const MAX_HTTP_REDIRECTS = 5;
/** Below this a hash on the calling thread costs less than a trip to the thread pool. */
export const INLINE_HASH_BYTES = 32 * 1024;
/** Longest delay that `setTimeout` takes. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;
