/** Signed, lest half of the values be too big for a small integer and cost an allocation each. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

/** CRC-32 as in IEEE 802.3 and zip: finds accidental damage, protects against nobody. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  const { length } = bytes;
  // Ten times as fast as an iterator while it is not compiled yet, and every record of a session comes through here at the start.
  for (let index = 0; index < length; index++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[index] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
