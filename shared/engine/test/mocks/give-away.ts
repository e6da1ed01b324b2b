/**
 * What a transfer to a worker does to a view that was given away: the caller's view becomes empty, and the same bytes come back at the
 * same offset and length.
 */
export function detach(view: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = view;
  return new Uint8Array(structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }), byteOffset, byteLength);
}
