import { isIPv4 } from 'node:net';
const MAPPED_PREFIX = '::ffff:';
/** An endpoint as the extension sees it: an IPv4 peer of a dual-stack socket is written as IPv4. */
export function endpoint(address, port) {
  const host = address ?? '0.0.0.0';
  const mapped = host.startsWith(MAPPED_PREFIX) ? host.slice(MAPPED_PREFIX.length) : host;
  return { host: isIPv4(mapped) ? mapped : host, port: port ?? 0 };
}
/** An IP literal as a dual-stack IPv6 socket takes it. */
export function mappedAddress(address) {
  return isIPv4(address) ? MAPPED_PREFIX + address : address;
}
//# sourceMappingURL=endpoint.js.map
