import { readUint32, writeUint32 } from '../utils/bytes.js';

/** The name of the extension in the `m` of the extended handshake (BEP 54). */
export const DONT_HAVE_EXTENSION = 'lt_donthave';

const PAYLOAD_BYTES = 4;

/** BEP 54: the payload of an EXTENDED message that takes a HAVE back: `piece index u32`. */
export function encodeDontHave(index: number): Uint8Array {
  const payload = new Uint8Array(PAYLOAD_BYTES);
  writeUint32(payload, 0, index);
  return payload;
}

/** The piece that the sender has no more; undefined when the payload is of another length. */
export function parseDontHave(payload: Uint8Array): number | undefined {
  return payload.length === PAYLOAD_BYTES ? readUint32(payload, 0) : undefined;
}
