import { scopeOf } from '../core/address-policy.js';

/**
 * Whether a tracker's URL that resolved to `ip` may be asked. A torrent names its trackers, so none may make us send requests to other
 * services of this machine or its LAN: there only announce and scrape paths are asked.
 */
export function allowsTrackerAddress(ip: string, url: string): boolean {
  const scope = scopeOf(ip);
  if (scope === 'public') return true;
  return scope !== 'never' && /\/(announce|scrape)[^/]*$/.test(new URL(url).pathname);
}
