import type { TrackerSnapshot } from '../../rpc/types.js';

type Tiers = readonly (readonly string[])[];
/** What to ask the engine for; `problem` is an error code. */
export type TierChange = { readonly tiers: Tiers } | { readonly problem: string };
type Placed = Pick<TrackerSnapshot, 'url' | 'tier'>;

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'udp:']);
/** Longer ones are no trackers but mischief. */
const MAX_URL_LENGTH = 2000;
const MAX_TRACKERS = 100;

function isTrackerUrl(text: string): boolean {
  if (text.length > MAX_URL_LENGTH || /\s/.test(text)) return false;
  const url = URL.parse(text);
  return (
    url !== null && SCHEMES.has(url.protocol) && url.hostname !== '' && (url.protocol !== 'udp:' || url.port !== '')
  );
}

function tiersOf(trackers: readonly Placed[]): Tiers {
  const tiers = new Map<number, string[]>();
  for (const { url, tier } of [...trackers].sort((a, b) => a.tier - b.tier)) {
    tiers.set(tier, [...(tiers.get(tier) ?? []), url]);
  }
  return [...tiers.values()];
}

function checked(others: readonly Placed[], text: string, tier: number): TierChange {
  const url = text.trim();
  if (!isTrackerUrl(url)) return { problem: 'not-tracker' };
  if (others.some((other) => other.url === url)) return { problem: 'known-tracker' };
  if (others.length >= MAX_TRACKERS) return { problem: 'too-many-trackers' };
  return { tiers: tiersOf([...others, { url, tier }]) };
}

/** One tracker more, in a tier of its own behind the others. */
export function withTracker(trackers: readonly Placed[], text: string): TierChange {
  return checked(trackers, text, Math.max(-1, ...trackers.map(({ tier }) => tier)) + 1);
}

/** Another URL in the place of `tracker`. */
export function withEditedTracker(trackers: readonly Placed[], tracker: Placed, text: string): TierChange {
  return checked(
    trackers.filter(({ url }) => url !== tracker.url),
    text,
    tracker.tier,
  );
}

export function withoutTracker(trackers: readonly Placed[], { url }: Placed): Tiers {
  return tiersOf(trackers.filter((tracker) => tracker.url !== url));
}
