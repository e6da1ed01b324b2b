/* Chrome has these methods, Node 20 has not. */

const isMissing = !Object.hasOwn(Uint8Array, 'fromBase64');

if (isMissing) {
  Object.assign(Uint8Array, { fromBase64: (text: string) => new Uint8Array(Buffer.from(text, 'base64')) });
  Object.assign(Uint8Array.prototype, {
    toBase64(this: Uint8Array) {
      return Buffer.from(this).toString('base64');
    },
  });
}
