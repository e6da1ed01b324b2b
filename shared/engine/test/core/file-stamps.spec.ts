import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileStamps } from '../../src/core/file-stamps.js';
import { RecordError, seal } from '../../src/core/sealed-record.js';

describe('the times of files', () => {
  it('come back as they were, fractions of a millisecond included', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2 ** 45, noNaN: true }), { maxLength: 20 }), (times) => {
        const stamps = new FileStamps(times.length);
        for (const [index, time] of times.entries()) stamps.set(index, time);
        const decoded = FileStamps.decode(stamps.encode());
        expect(decoded.fileCount).toBe(times.length);
        expect(times.map((_, index) => decoded.get(index) ?? 0)).toEqual(times.map((time) => (time === 0 ? 0 : time)));
      }),
    );
  });

  it('hostile 48: nothing but a RecordError comes out of any bytes, and no time that is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(() => FileStamps.decode(bytes)).toThrow(RecordError);
        const record = seal({ modified: bytes });
        if (bytes.length % 8 !== 0) expect(() => FileStamps.decode(record)).toThrow(RecordError);
        else
          for (let index = 0; index < bytes.length / 8; index++) {
            expect(FileStamps.decode(record).get(index)).not.toBeNaN();
          }
      }),
    );
  });

  it('say whether one is new', () => {
    const stamps = new FileStamps(1);
    expect([stamps.get(0), stamps.set(0, 5), stamps.set(0, 5), stamps.get(0)]).toEqual([undefined, true, false, 5]);
    expect(stamps.get(1)).toBeUndefined();
  });
});
