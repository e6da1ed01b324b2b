import { scopeOf } from '../core/address-policy.js';
import type { HttpHop } from '../io/node/index.js';
import { isAnnouncePath } from '../protocol/listed-addresses.js';

/** Path and query as they are sent. */
const SENT_PATH = /^https?:\/\/[^/?#]*([^#]*)/i;

/**
 * Whether a URL's host that stands for `ip` may be asked. A torrent names its trackers, so none may make us send requests to other services
 * of this machine or its LAN: there only announce and scrape paths are asked.
 */
export function allowsAddress(ip: string, { isAnnounce }: { readonly isAnnounce: boolean }): boolean {
  const scope = scopeOf(ip);
  return scope === 'public' || (scope !== 'never' && isAnnounce);
}

/**
 * {@link allowsAddress} for one request of an exchange by HTTP: what a server redirects to is never an announce. What is sent is judged,
 * since servers differ in what they make of `..`.
 */
export function allowsTrackerAddress(ip: string, { url, isRedirect }: HttpHop): boolean {
  return allowsAddress(ip, { isAnnounce: !isRedirect && isAnnouncePath(SENT_PATH.exec(url)?.[1] ?? '') });
}
