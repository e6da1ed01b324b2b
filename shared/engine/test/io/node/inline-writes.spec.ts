import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InlineWrites } from '../../../src/io/node/inline-writes.js';

describe('small writes on the calling thread', () => {
  let folder: string;
  let fd: number;
  let times: number[];
  let writes: InlineWrites;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jstorrent-inline-'));
    fd = openSync(join(folder, 'file'), 'w+');
    times = [];
    writes = new InlineWrites({ now: () => times.shift() ?? NaN });
  });

  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  /** One that begins and ends at these times. */
  const write = (begunAt: number, endedAt: number, data = Uint8Array.of(1, 2, 3)) => {
    times = [begunAt, endedAt];
    return writes.write(fd, data, 5);
  };
  const suits = (bytes: number, at: number) => {
    times = [at];
    return writes.suits(bytes);
  };

  it('land where they should, and go on while the disk is quick', () => {
    expect(write(0, 20)).toBe(3);
    expect([...readFileSync(join(folder, 'file'))]).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
    expect(suits(256 * 1024, 21)).toBe(true);
  });

  it('are none above 256 KiB', () => {
    expect(suits(256 * 1024 + 1, 0)).toBe(false);
  });

  it('stop for a second after one that took more than 20 ms', () => {
    write(100, 121);
    expect(suits(1, 1120)).toBe(false);
    expect(suits(1, 1121)).toBe(true);
  });

  it('fail as the platform says', () => {
    const readOnly = openSync(join(folder, 'file'), 'r');
    times = [0, 0];
    expect(() => writes.write(readOnly, Uint8Array.of(1), 0)).toThrow('EBADF');
    closeSync(readOnly);
  });
});
