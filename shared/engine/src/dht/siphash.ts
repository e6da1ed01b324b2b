const MASK = (1n << 64n) - 1n;

const rotate = (word: bigint, bits: bigint): bigint => ((word << bits) | (word >> (64n - bits))) & MASK;

/**
 * SipHash-2-4 (Aumasson and Bernstein): a keyed hash of 8 bytes that cannot be forged without the 16-byte `key`. For short inputs.
 */
export function sipHash(key: Uint8Array, message: Uint8Array): Uint8Array {
  const k0 = readWord(key, 0);
  const k1 = readWord(key, 8);
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;
  const rounds = (count: number): void => {
    for (let round = 0; round < count; round++) {
      v0 = (v0 + v1) & MASK;
      v1 = rotate(v1, 13n) ^ v0;
      v0 = rotate(v0, 32n);
      v2 = (v2 + v3) & MASK;
      v3 = rotate(v3, 16n) ^ v2;
      v0 = (v0 + v3) & MASK;
      v3 = rotate(v3, 21n) ^ v0;
      v2 = (v2 + v1) & MASK;
      v1 = rotate(v1, 17n) ^ v2;
      v2 = rotate(v2, 32n);
    }
  };
  const wholeWords = message.length >> 3;
  const last = new Uint8Array(8);
  last.set(message.subarray(wholeWords * 8));
  last[7] = message.length;
  for (let index = 0; index <= wholeWords; index++) {
    const word = index < wholeWords ? readWord(message, index * 8) : readWord(last, 0);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xffn;
  rounds(4);
  return writeWord(v0 ^ v1 ^ v2 ^ v3);
}

/** Words are little-endian. */
function readWord(bytes: Uint8Array, offset: number): bigint {
  let word = 0n;
  for (let index = 7; index >= 0; index--) word = (word << 8n) | BigInt(bytes[offset + index] as number);
  return word;
}

function writeWord(word: bigint): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, index) => Number((word >> BigInt(index * 8)) & 0xffn));
}
