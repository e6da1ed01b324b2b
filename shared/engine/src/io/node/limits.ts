/** One read of a dialled socket. */
export const RECEIVE_BUFFER_BYTES = 256 * 1024;
/** Connections that wait for a server's handlers; more are refused. */
export const MAX_PENDING_CONNECTIONS = 64;
/** Largest payload of a UDP datagram (RFC 768 over IPv4). */
export const MAX_DATAGRAM_BYTES = 65_507;
export const MAX_HTTP_REDIRECTS = 5;
/**
 * Up to this a hash on the calling thread, 0.16 ms, costs less than a trip to the thread pool and the copy that is made for it: with pieces of
 * 256 KiB 307 MB/s and not 221 on two processors.
 */
export const INLINE_HASH_BYTES = 256 * 1024;
/** Up to this a write on the calling thread, into the page cache, costs less than a trip to the thread pool: 11 us and not 28 for 16 KiB. */
export const INLINE_WRITE_BYTES = 256 * 1024;
/** A write that takes longer shows that the disk is behind: more than to be kept off a busy processor does. */
export const QUICK_WRITE_MS = 20;
/** For so long after that, writes go to the thread pool. */
export const SLOW_DISK_MS = 1000;
/** Longest delay that `setTimeout` takes. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;
