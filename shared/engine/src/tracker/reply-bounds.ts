/** What is taken of a tracker's reply, whatever its protocol. */

/** Peers taken from one reply; we ask for 200. */
export const MAX_PEERS = 1000;
export const MAX_INTERVAL_SECONDS = 24 * 60 * 60;
const MIN_INTERVAL_SECONDS = 300;
/** UTF-16 units kept of a text that will be shown. */
const MAX_TEXT_LENGTH = 500;

export function boundedInterval(seconds: number): number {
  return Math.min(MAX_INTERVAL_SECONDS, Math.max(MIN_INTERVAL_SECONDS, seconds));
}

/** Undefined for what can be no count. */
export function count(value: number | undefined): number | undefined {
  return value !== undefined && value >= 0 ? value : undefined;
}

export function shortened(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH);
}
