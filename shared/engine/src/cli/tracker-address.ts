import { scopeOf } from '../core/address-policy.js';
import type { HttpHop } from '../io/node/index.js';

/** Path and query as they are sent. */
const SENT_PATH = /^https?:\/\/[^/?#]*([^?#]*)/i;
/** A tracker's path: `/announce`, `/scrape`, with `.php`, with a passkey before or after. Anything more daring is not exempt. */
const ANNOUNCE_PATH = /^\/(?:[\w-]+\/)?(?:announce|scrape)(?:\.php)?(?:\/[\w-]+)?$/;

/**
 * Whether a tracker's URL that resolved to `ip` may be asked. A torrent names its trackers, so none may make us send requests to other
 * services of this machine or its LAN: there only announce and scrape paths are asked, and nothing that a server redirects to. What is
 * sent is judged, since servers differ in what they make of `..`.
 */
export function allowsTrackerAddress(ip: string, { url, isRedirect }: HttpHop): boolean {
  const scope = scopeOf(ip);
  if (scope === 'public') return true;
  return scope !== 'never' && !isRedirect && ANNOUNCE_PATH.test(SENT_PATH.exec(url)?.[1] ?? '');
}
