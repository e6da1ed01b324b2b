/** Trackers of one torrent, those of further links included. */
const MAX_TRACKERS = 100;

/** What `tiers` add to the `known` ones: only URLs that are new, no empty tier, up to 100 trackers in all. */
export function newTiers(
  known: readonly (readonly string[])[],
  tiers: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const urls = new Set(known.flat());
  return tiers
    .map((tier) => tier.filter((url) => !urls.has(url) && urls.size < MAX_TRACKERS && urls.add(url)))
    .filter((tier) => tier.length > 0);
}
