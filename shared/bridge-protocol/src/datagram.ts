import { BridgeProtocolError } from './errors.js';
import type { BridgeEndpoint } from './messages.js';

/** A DATAGRAM payload taken apart; `data` is a view into it. */
export interface Datagram extends BridgeEndpoint {
  readonly data: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MAX_HOST_BYTES = 255;

/** The front of a DATAGRAM payload: `port u16 | host length u8 | host`; the datagram follows. The host is an IP literal, as text. */
export function encodeDatagramAddress(endpoint: BridgeEndpoint): Uint8Array<ArrayBuffer> {
  const host = encoder.encode(endpoint.host);
  if (host.length === 0 || host.length > MAX_HOST_BYTES) {
    throw new BridgeProtocolError('bad-payload', `A host of ${host.length} bytes`);
  }
  const address = new Uint8Array(3 + host.length);
  address[0] = endpoint.port >>> 8;
  address[1] = endpoint.port;
  address[2] = host.length;
  address.set(host, 3);
  return address;
}

/** Takes a DATAGRAM payload apart; throws `bad-payload`. */
export function decodeDatagram(payload: Uint8Array): Datagram {
  const [high = 0, low = 0, hostBytes = 0] = payload;
  const port = (high << 8) | low;
  if (hostBytes === 0 || payload.length < 3 + hostBytes || port === 0) {
    throw new BridgeProtocolError('bad-payload', 'A datagram without an address');
  }
  return { host: decoder.decode(payload.subarray(3, 3 + hostBytes)), port, data: payload.subarray(3 + hostBytes) };
}
