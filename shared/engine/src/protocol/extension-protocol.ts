import { encode } from './bencode-encoder.js';
import { BencodeError } from './bencode-error.js';
import { decodePrefix } from './bencode.js';
import { BencodeDictionary } from './bencode-value.js';
import {
  DEFAULT_PEER_REQUEST_QUEUE,
  MAX_METADATA_BYTES,
  MAX_PEER_EXTENSIONS,
  MAX_PEER_REQUEST_QUEUE,
  MAX_PEER_TEXT_CHARS,
} from './limits.js';

/** The extended id of the extended handshake itself (BEP 10). */
export const EXTENDED_HANDSHAKE_ID = 0;

/** BEP 10: a dictionary, the payload of EXTENDED with id 0. What a peer may leave out is undefined. */
export interface ExtendedHandshake {
  /** `m`: by name of the extension, the id (1 to 255) under which its sender wants to receive it. */
  readonly extensions: ReadonlyMap<string, number>;
  /** `v`: name and version of the client, cut to 128 characters. */
  readonly client: string | undefined;
  /** `p`: TCP port on which the sender listens, 1 to 65535. */
  readonly port: number | undefined;
  /** `reqq`: how many REQUESTs the sender queues, at least 1. */
  readonly requestQueue: number;
  /** `metadata_size` (BEP 9): bytes of the info dictionary, 1 to 32 MiB. */
  readonly metadataSize: number | undefined;
  /** `yourip`: the receiver's address as the sender sees it, 4 or 16 bytes. */
  readonly yourIp: Uint8Array | undefined;
  /** `ipv4`, `ipv6`: other addresses of the sender, 4 and 16 bytes. */
  readonly ipv4: Uint8Array | undefined;
  readonly ipv6: Uint8Array | undefined;
  /** `upload_only` (BEP 21): the sender downloads nothing, be it a seed or not. */
  readonly isUploadOnly: boolean;
}

/** The payload of an extended handshake that says what `handshake` holds. */
export function encodeExtendedHandshake(handshake: {
  readonly [Field in keyof ExtendedHandshake]?: ExtendedHandshake[Field] | undefined;
}): Uint8Array {
  return encode({
    m: Object.fromEntries(handshake.extensions ?? []),
    v: handshake.client,
    p: handshake.port,
    reqq: handshake.requestQueue,
    metadata_size: handshake.metadataSize,
    yourip: handshake.yourIp,
    ipv4: handshake.ipv4,
    ipv6: handshake.ipv6,
    upload_only: handshake.isUploadOnly === undefined ? undefined : Number(handshake.isUploadOnly),
  });
}

/**
 * Reads the payload of an extended handshake; nothing in the result refers to it. Fields of a wrong kind or range are as if left out,
 * bytes after the dictionary are ignored. `earlier` is what the same peer said before: what a later handshake leaves out stays as it was.
 * Throws {@link BencodeError} when it is no bencoded dictionary.
 */
export function parseExtendedHandshake(payload: Uint8Array, earlier?: ExtendedHandshake): ExtendedHandshake {
  const { value } = decodePrefix(payload);
  if (!(value instanceof BencodeDictionary)) throw new BencodeError('not-a-dictionary', 0);
  const requestQueue = inRange(value.getInt('reqq'), 1, MAX_PEER_REQUEST_QUEUE);
  const uploadOnly = value.getInt('upload_only');
  return {
    extensions: extensionsOf(value.getDict('m'), earlier?.extensions),
    client: value.getText('v')?.slice(0, MAX_PEER_TEXT_CHARS) ?? earlier?.client,
    port: inRange(value.getInt('p'), 1, 65535) ?? earlier?.port,
    requestQueue: requestQueue ?? earlier?.requestQueue ?? DEFAULT_PEER_REQUEST_QUEUE,
    metadataSize: inRange(value.getInt('metadata_size'), 1, MAX_METADATA_BYTES) ?? earlier?.metadataSize,
    yourIp: address(value.getBytes('yourip'), [4, 16]) ?? earlier?.yourIp,
    ipv4: address(value.getBytes('ipv4'), [4]) ?? earlier?.ipv4,
    ipv6: address(value.getBytes('ipv6'), [16]) ?? earlier?.ipv6,
    isUploadOnly: uploadOnly === undefined ? (earlier?.isUploadOnly ?? false) : uploadOnly !== 0,
  };
}

/** Names add up over handshakes; id 0 means "switched off" (BEP 10) and takes its name out. Of two names with one id the first counts. */
function extensionsOf(
  names: BencodeDictionary | undefined,
  earlier: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number> {
  const extensions = new Map(earlier);
  const said = new Set<string>();
  for (const [name, value] of names ?? []) {
    const id = typeof value === 'number' ? inRange(value, 0, 255) : undefined;
    if (id === undefined || said.has(name) || name.length > MAX_PEER_TEXT_CHARS) continue;
    said.add(name);
    extensions.delete(name);
    const isNew = extensions.size < MAX_PEER_EXTENSIONS && ![...extensions.values()].includes(id);
    if (id !== 0 && isNew) extensions.set(name, id);
  }
  return extensions;
}

function inRange(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function address(bytes: Uint8Array | undefined, lengths: readonly number[]): Uint8Array | undefined {
  return bytes !== undefined && lengths.includes(bytes.length) ? bytes.slice() : undefined;
}
