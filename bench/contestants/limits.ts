/** Whoever needs longer has failed. */
export const FINISH_TIMEOUT_MS = 15 * 60_000;
