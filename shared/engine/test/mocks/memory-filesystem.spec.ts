import { describe, expect, it } from 'vitest';
import { MemoryFileSystem } from './memory-filesystem.js';
import { MemoryHasher } from './memory-hasher.js';

describe('MemoryFileSystem', () => {
  it('refuses what does not fit, writes nothing of it, and goes on when there is room', async () => {
    const files = new MemoryFileSystem({ capacityBytes: 100_000 });
    const file = await files.open('x', 'write');
    await file.write(0, new Uint8Array(60_000));
    await expect(file.write(60_000, new Uint8Array(60_000))).rejects.toMatchObject({ code: 'no-space', path: 'x' });
    expect((await files.stat('x'))?.size).toBe(60_000);
    await file.write(10_000, new Uint8Array(50_000));
    files.capacityBytes = 200_000;
    await file.write(60_000, new Uint8Array(60_000));
    expect(files.usedBytes).toBe(120_000);
  });

  it('charges nothing for gaps, and gives room back on truncate and remove', async () => {
    const files = new MemoryFileSystem({ capacityBytes: 50_000 });
    const file = await files.open('folder/x', 'write');
    await file.truncate(10_000_000);
    expect(files.usedBytes).toBe(0);
    await file.write(16_384 * 100, new Uint8Array(40_000));
    expect(files.usedBytes).toBe(40_000);
    await file.truncate(16_384 * 100 + 5);
    expect(files.usedBytes).toBe(5);
    await files.removeTree('folder');
    expect(files.usedBytes).toBe(0);
  });

  it('empties the buffers it is given when asked to, as the hasher does', async () => {
    const file = await new MemoryFileSystem({ detachBuffers: true }).open('x', 'write');
    const given = Uint8Array.of(1, 2, 3);
    expect(await file.write(0, given)).toEqual(Uint8Array.of(1, 2, 3));
    expect(given.byteLength).toBe(0);
    const target = new Uint8Array(3);
    expect((await file.read(0, target)).buffer).toEqual(Uint8Array.of(1, 2, 3));
    expect(target.byteLength).toBe(0);
    const hashed = Uint8Array.of(9);
    expect((await new MemoryHasher({ detachBuffers: true }).sha1(hashed)).data).toEqual(Uint8Array.of(9));
    expect(hashed.byteLength).toBe(0);
  });

  it('sets up and shows whole files for tests', () => {
    const files = new MemoryFileSystem();
    files.writeFile('a/b', Uint8Array.of(1, 2, 3));
    files.writeFile('a/b', Uint8Array.of(4));
    expect(files.readFile('a/b')).toEqual(Uint8Array.of(4));
  });
});
