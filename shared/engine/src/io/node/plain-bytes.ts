/**
 * The same bytes without Node's `Buffer` type. None leaves this folder: `slice` of a Buffer shares memory, where the engine expects
 * the copy that a `Uint8Array` gives.
 */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
