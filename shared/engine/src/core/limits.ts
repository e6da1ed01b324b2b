/** Time-outs and bounds of the engine that are no settings; sources in the design's table of defaults. */

/** From the connected socket to the peer's handshake. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Without a byte from the peer. */
export const INACTIVITY_TIMEOUT_MS = 120_000;
/** Without a byte to the peer. */
export const KEEP_ALIVE_INTERVAL_MS = 60_000;
/** Waiting to be sent to one peer: far more than blocks below their watermark with all that is said beside them. */
export const MAX_SEND_QUEUE_BYTES = 4 * 1024 * 1024;
/** For dialling the first time; each failure before adds {@link CONNECT_TIMEOUT_STEP_MS}. */
export const CONNECT_TIMEOUT_MS = 15_000;
export const CONNECT_TIMEOUT_STEP_MS = 3_000;
/** After CHOKE without BEP 6: how long blocks that were sent before it are still taken. */
export const CHOKE_GRACE_MS = 2_000;
/** Blocks a peer may send that were not asked for (late ones after a time-out among them) before it is dropped. */
export const MAX_STRAY_BLOCKS = 64;
/** Requests a peer may reject in a row while it lets us download, before it is dropped. */
export const MAX_REJECTS_IN_A_ROW = 64;
/** Incoming connections whose handshake is awaited. */
export const MAX_PENDING_HANDSHAKES = 64;
/** Further ones from the same address in the same second are closed at once. */
export const MAX_INCOMING_PER_IP_PER_SECOND = 10;
/** Housekeeping of torrents that have connections. */
export const TICK_MS = 1_000;
