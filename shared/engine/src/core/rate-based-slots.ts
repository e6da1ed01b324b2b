/** What the first slot has to bring, in bytes a second. */
const FIRST_THRESHOLD = 1024;
/** Each further one has to bring so much more, or it took from the others. */
const THRESHOLD_STEP = 2048;
/** One for whoever takes most, and an optimistic one. */
const LEAST_SLOTS = 2;

/**
 * How many upload slots are worth having: while each brings more than the one before had to, one more is opened; when they share what is
 * there they are closed again. `rates`: bytes a second that each peer took.
 */
export function rateBasedSlots(rates: readonly number[]): number {
  const sorted = rates.toSorted((a, b) => b - a);
  const missed = sorted.findIndex((rate, slot) => rate < FIRST_THRESHOLD + slot * THRESHOLD_STEP);
  return Math.max(LEAST_SLOTS, (missed === -1 ? sorted.length : missed) + 1);
}
