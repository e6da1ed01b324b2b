import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientNameOf, makePeerId } from '../../src/core/client-name.js';

const id = (text: string) => Uint8Array.from({ length: 20 }, (_, index) => text.charCodeAt(index) || 0xf0);

describe('client names', () => {
  it.each([
    ['-qB4500-', 'qBittorrent 4.5.0'],
    ['-TR3000-', 'Transmission 3.0.0'],
    ['-lt0D81-', 'libTorrent (rTorrent) 0.13.8.1'],
    ['-JT0100-', 'JSTorrent 0.1.0'],
    ['A2-1-36-0-', 'aria2'],
    ['-xx1234-', ''],
    ['-LT12', ''],
    ['', ''],
  ])('%s is "%s"', (peerId, name) => {
    expect(clientNameOf(id(peerId))).toBe(name);
  });

  it('hostile 45: whatever the peer id, the name is one of the known ones or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (peerId) => {
        expect(clientNameOf(peerId)).toMatch(/^[\w() .µ]*$/);
      }),
    );
  });

  it.each([
    ['0.1.0', '-JT0100-'],
    ['1.12.3', '-JT1C30-'],
    ['2.0', '-JT2000-'],
  ])('our version %s is %s', (version, prefix) => {
    const peerId = makePeerId(version, new Uint8Array(12).fill(7));
    expect(peerId).toHaveLength(20);
    expect(String.fromCharCode(...peerId.subarray(0, 8))).toBe(prefix);
    expect(peerId.subarray(8)).toEqual(new Uint8Array(12).fill(7));
  });
});
