import type { Endpoint } from '../interfaces/socket.js';

/** Whether trackers of that URL are spoken to: HTTP(S) (BEP 3) and UDP (BEP 15). */
export function isTrackerUrl(url: string): boolean {
  return /^(https?|udp):\/\/[^\s/]\S*$/i.test(url);
}

/** A tracker's path: `/announce`, `/scrape`, with `.php`, with a passkey before or after. Anything more daring is not exempt. */
const ANNOUNCE_PATH = /^\/(?:[\w-]+\/)?(?:announce|scrape)(?:\.php)?(?:\/[\w-]+)?$/;

/** Whether a path, with or without its query, is a tracker's: then it may be asked also on this machine and its LAN. */
export function isAnnouncePath(path: string): boolean {
  return ANNOUNCE_PATH.test(path.split('?', 1)[0] ?? '');
}

/** Whether it can be a web seed (BEP 19). */
export function isWebSeedUrl(url: string): boolean {
  return /^https?:\/\/[^\s/]\S*$/i.test(url);
}

/** Checks the form of a host (IP literal or name) and a port; whether it may be dialled is for the address policy. */
export function endpointOf(host: string, port: number): Endpoint | undefined {
  const isHost = /^[\w-][\w.-]{0,252}$/.test(host) || (host.includes(':') && /^[\da-f:.]{2,45}$/i.test(host));
  return isHost && Number.isInteger(port) && port >= 1 && port <= 65535 ? { host, port } : undefined;
}
