import { BridgeProtocolError } from './errors.js';
import { type JsonRecord, readArray, readBoolean, readInteger, readRecord, readString, readTexts } from './fields.js';
import { FIRST_ACCEPTED_ID, MAX_SOCKET_ID } from './frames.js';
import {
  DEFAULT_CONNECT_TIMEOUT_MS,
  LANE_TOKEN_BYTES,
  MAX_HTTP_BODY_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_RESOLVED_ADDRESSES,
  MAX_TIMEOUT_MS,
} from './limits.js';

/** The payloads that are JSON: what a CONNECT, a LISTEN and so on says. Build with {@link encodeMessage}, read with the `parse` function. */

/** An IP literal without brackets, or in a CONNECT also a name, and a port from 1 to 65535. */
export interface BridgeEndpoint {
  readonly host: string;
  readonly port: number;
}

/** CONNECT. */
export interface ConnectRequest extends BridgeEndpoint {
  readonly timeoutMs?: number;
}

/** CONNECTED. */
export interface Connected {
  readonly local: BridgeEndpoint;
  readonly remote: BridgeEndpoint;
}

/** LISTEN and BIND. Port 0 picks a free one; without a host all addresses, IPv6 and IPv4. */
export interface BindRequest {
  readonly host?: string;
  readonly port: number;
  /** For BIND: a multicast address to join, with the port shared; `host` is the interface then, by default every one. */
  readonly multicastGroup?: string;
}

/** LISTENING and BOUND. */
export interface Bound {
  readonly local: BridgeEndpoint;
}

/** ACCEPTED, on the listener's id. */
export interface Accepted extends Connected {
  /** Id of the new connection. */
  readonly socketId: number;
}

/** Why a socket or request ended. `protocol`: this end broke the rules. `lane-lost`: bytes of it were in a lane that broke. */
export type CloseCode =
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'reset'
  | 'dns'
  | 'address-in-use'
  | 'not-permitted'
  | 'too-many-sockets'
  | 'lane-lost'
  | 'protocol'
  | 'tls'
  | 'too-large'
  | 'blocked-address'
  | 'too-many-redirects'
  | 'bad-response'
  | 'bad-url'
  | 'other';

const CLOSE_CODES: ReadonlySet<string> = new Set<CloseCode>([
  'refused',
  'timeout',
  'unreachable',
  'reset',
  'dns',
  'address-in-use',
  'not-permitted',
  'too-many-sockets',
  'lane-lost',
  'protocol',
  'tls',
  'too-large',
  'blocked-address',
  'too-many-redirects',
  'bad-response',
  'bad-url',
  'other',
]);

/** CLOSE with a reason. */
export interface CloseReason {
  readonly code: CloseCode;
  /** For a log or a tooltip, in English. */
  readonly message: string;
}

/** HTTP_REQUEST: a GET. */
export interface HttpRequestMessage {
  /** `http:` or `https:`; path and query are sent as written. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
  /** For the whole exchange, redirects included. */
  readonly timeoutMs: number;
  /** Of the decoded body, 1 byte to 32 MiB; more ends in `too-large`. */
  readonly maxBytes: number;
}

/** HTTP_RESPONSE. */
export interface HttpResponseMessage {
  readonly status: number;
}

/** RESOLVE: the addresses of a name, or an IP literal itself, that the network policy allows. */
export interface ResolveRequest {
  readonly host: string;
  /** Only addresses of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
  /** A tracker's announce path leads there: the policy is as for an HTTP request to such a path. */
  readonly isAnnounce: boolean;
}

/** RESOLVED. */
export interface Resolved {
  /** IP literals, 1 to 16. */
  readonly addresses: readonly string[];
}

/** NETWORK_POLICY: what names and HTTP requests may lead to beside public addresses and announce paths. Both are false at first. */
export interface NetworkPolicySettings {
  readonly allowLoopback: boolean;
  readonly allowLan: boolean;
}

/** STOPPED_REQUEST: the announce to send when the port ends, one for each key. */
export interface StoppedRequest {
  /** Names the torrent and its tracker. */
  readonly key: string;
  /** `http:` and `https:` ones are fetched; `udp://HOST:PORT/PATH` is where `datagram` goes. Null drops what is held under the key. */
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
  /** In base64: an announce request (BEP 15) in which the helper fills in connection id and transaction id. */
  readonly datagram?: string | undefined;
}

/** FAST_LANE_OFFER. Tokens are lower-case hex of 32 bytes, each good once within 10 s. */
export interface FastLaneOffer {
  readonly port: number;
  readonly downToken: string;
  readonly upToken: string;
}

/** Any of the above. */
export type BridgeMessage =
  | ConnectRequest
  | Connected
  | BindRequest
  | Bound
  | Accepted
  | CloseReason
  | HttpRequestMessage
  | HttpResponseMessage
  | ResolveRequest
  | Resolved
  | NetworkPolicySettings
  | StoppedRequest
  | FastLaneOffer;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The payload for a message; throws `frame-too-long` when it does not fit a frame. */
export function encodeMessage(message: BridgeMessage): Uint8Array<ArrayBuffer> {
  const payload = encoder.encode(JSON.stringify(message));
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new BridgeProtocolError('frame-too-long', `A message of ${payload.length} bytes`);
  }
  return payload;
}

export function parseConnect(payload: Uint8Array): ConnectRequest {
  const record = parse(payload);
  const timeoutMs = optionalTimeout(record) ?? DEFAULT_CONNECT_TIMEOUT_MS;
  return { ...readEndpoint(record), timeoutMs };
}

export function parseConnected(payload: Uint8Array): Connected {
  return readConnected(parse(payload));
}

export function parseBind(payload: Uint8Array): BindRequest {
  const record = parse(payload);
  const port = readInteger(record, 'port', { min: 0, max: 65_535 });
  return {
    port,
    ...(record.host !== undefined && { host: readHost(record) }),
    ...(record.multicastGroup !== undefined && { multicastGroup: readMulticastGroup(record) }),
  };
}

export function parseBound(payload: Uint8Array): Bound {
  return { local: readEndpoint(readRecord(parse(payload).local)) };
}

export function parseAccepted(payload: Uint8Array): Accepted {
  const record = parse(payload);
  const socketId = readInteger(record, 'socketId', { min: FIRST_ACCEPTED_ID, max: MAX_SOCKET_ID });
  return { socketId, ...readConnected(record) };
}

/** Undefined for an empty payload: closed without an error. Codes of a newer version read as `other`. */
export function parseClose(payload: Uint8Array): CloseReason | undefined {
  if (payload.length === 0) return undefined;
  const record = parse(payload);
  const code = readString(record, 'code');
  return { code: CLOSE_CODES.has(code) ? (code as CloseCode) : 'other', message: readString(record, 'message') };
}

export function parseHttpRequest(payload: Uint8Array): HttpRequestMessage {
  const record = parse(payload);
  return {
    url: readString(record, 'url'),
    headers: readTexts(record, 'headers'),
    family: optionalFamily(record),
    timeoutMs: readInteger(record, 'timeoutMs', { min: 1, max: MAX_TIMEOUT_MS }),
    maxBytes: readInteger(record, 'maxBytes', { min: 1, max: MAX_HTTP_BODY_BYTES }),
  };
}

export function parseHttpResponse(payload: Uint8Array): HttpResponseMessage {
  return { status: readInteger(parse(payload), 'status', { min: 100, max: 999 }) };
}

export function parseResolve(payload: Uint8Array): ResolveRequest {
  const record = parse(payload);
  return { host: readHost(record), family: optionalFamily(record), isAnnounce: readBoolean(record, 'isAnnounce') };
}

export function parseResolved(payload: Uint8Array): Resolved {
  const addresses = readArray(parse(payload), 'addresses');
  const isLiteral = (text: unknown): text is string =>
    typeof text === 'string' && /^(\d{1,3}(\.\d{1,3}){3}|[\da-f.]*:[\da-f:.]{1,44}(%.{1,32})?)$/i.test(text);
  if (addresses.length === 0 || addresses.length > MAX_RESOLVED_ADDRESSES || !addresses.every(isLiteral)) {
    throw new BridgeProtocolError('bad-payload', 'Addresses that are none');
  }
  return { addresses };
}

export function parseNetworkPolicy(payload: Uint8Array): NetworkPolicySettings {
  const record = parse(payload);
  return { allowLoopback: readBoolean(record, 'allowLoopback'), allowLan: readBoolean(record, 'allowLan') };
}

export function parseStoppedRequest(payload: Uint8Array): StoppedRequest {
  const record = parse(payload);
  return {
    key: readString(record, 'key'),
    url: record.url === null ? null : readString(record, 'url'),
    headers: readTexts(record, 'headers'),
    family: optionalFamily(record),
    ...(record.datagram !== undefined && { datagram: readString(record, 'datagram') }),
  };
}

export function parseFastLaneOffer(payload: Uint8Array): FastLaneOffer {
  const record = parse(payload);
  return {
    port: readInteger(record, 'port', { min: 1, max: 65_535 }),
    downToken: readToken(record, 'downToken'),
    upToken: readToken(record, 'upToken'),
  };
}

function parse(payload: Uint8Array): JsonRecord {
  try {
    return readRecord(JSON.parse(decoder.decode(payload)));
  } catch (error) {
    throw new BridgeProtocolError('bad-payload', 'A payload that is no JSON object', { cause: error });
  }
}

function readConnected(record: JsonRecord): Connected {
  return { local: readEndpoint(readRecord(record.local)), remote: readEndpoint(readRecord(record.remote)) };
}

function readEndpoint(record: JsonRecord): BridgeEndpoint {
  return { host: readHost(record), port: readInteger(record, 'port', { min: 1, max: 65_535 }) };
}

function readHost(record: JsonRecord): string {
  const host = readString(record, 'host');
  if (host.length === 0 || host.length > 255) throw new BridgeProtocolError('bad-payload', 'A host of wrong length');
  return host;
}

/** IPv4 224.0.0.0/4 or IPv6 ff00::/8. */
function readMulticastGroup(record: JsonRecord): string {
  const group = readString(record, 'multicastGroup');
  const isGroup = /^(22[4-9]|23\d)(\.\d{1,3}){3}$/.test(group) || /^ff[\da-f]{2}:[\da-f:]{1,36}$/i.test(group);
  if (!isGroup) throw new BridgeProtocolError('bad-payload', 'A group that is no multicast address');
  return group;
}

function readToken(record: JsonRecord, key: string): string {
  const token = readString(record, key);
  if (token.length !== LANE_TOKEN_BYTES * 2) throw new BridgeProtocolError('bad-payload', 'A token of wrong length');
  return token;
}

function optionalFamily({ family }: JsonRecord): 4 | 6 | undefined {
  if (family === undefined || family === 4 || family === 6) return family;
  throw new BridgeProtocolError('bad-payload', 'An address family that is none');
}

function optionalTimeout(record: JsonRecord): number | undefined {
  return record.timeoutMs === undefined ? undefined : readInteger(record, 'timeoutMs', { min: 1, max: MAX_TIMEOUT_MS });
}
