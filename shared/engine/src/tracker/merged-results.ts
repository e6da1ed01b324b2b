import type { AnnounceResult, ScrapeResult } from '../interfaces/tracker.js';

/** What one tracker said to the announces of one torrent by several address families; there is at least one. */
export function mergedAnnounces(results: readonly AnnounceResult[]): AnnounceResult {
  return results.reduce((one, other) => ({
    ...mergedCounts([one, other]),
    intervalSeconds: Math.max(one.intervalSeconds, other.intervalSeconds),
    minIntervalSeconds: Math.max(one.minIntervalSeconds, other.minIntervalSeconds),
    peerCount: one.peerCount + other.peerCount,
    warning: one.warning ?? other.warning,
    externalAddresses: [...one.externalAddresses, ...other.externalAddresses],
  }));
}

/** The same torrent is counted: where families are counted apart, the larger swarm says more than the last. */
export function mergedCounts(results: readonly ScrapeResult[]): ScrapeResult {
  const largest = (key: keyof ScrapeResult) => {
    const counts = results.flatMap((result) => result[key] ?? []);
    return counts.length === 0 ? undefined : Math.max(...counts);
  };
  return { seeds: largest('seeds'), leechers: largest('leechers'), downloads: largest('downloads') };
}
