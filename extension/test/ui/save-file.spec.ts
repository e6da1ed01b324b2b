import { describe, expect, it } from 'vitest';
import type { Rpc } from '../../src/rpc/client.js';
import { READ_CHUNK_BYTES, type FileSnapshot, type Method, type Params, type Result } from '../../src/rpc/types.js';
import { saveFile, type SaveTarget } from '../../src/ui/state/save-file.js';
import '../base64.js';

class MemoryTarget implements SaveTarget {
  readonly chunks: number[] = [];
  end: 'open' | 'closed' | 'aborted' = 'open';

  constructor(private readonly failAtChunk = Infinity) {}

  write(data: Uint8Array): Promise<void> {
    if (this.chunks.length === this.failAtChunk) return Promise.reject(new Error('no space'));
    this.chunks.push(data.length);
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.end = 'closed';
    return Promise.resolve();
  }
  abort(): Promise<void> {
    this.end = 'aborted';
    return Promise.resolve();
  }
}

/** Answers every `readFile` with `shortBy` bytes too few. */
function rpcOfZeros({ shortBy = 0 } = {}): Rpc {
  return {
    request: <M extends Method>(_method: M, params: Params<M>) => {
      const { length } = params as Params<'readFile'>;
      return Promise.resolve({ data: new Uint8Array(length - shortBy).toBase64() } as Result<M>);
    },
    watchDetails: () => undefined,
    setVisible: () => undefined,
  };
}

const file = (length: number): FileSnapshot => ({
  index: 0,
  path: 'a/b.bin',
  length,
  doneBytes: length,
  priority: 4,
});

describe('saveFile', () => {
  it('copies in chunks to the last byte, then closes', async () => {
    const target = new MemoryTarget();
    const progress: number[] = [];
    await saveFile({
      rpc: rpcOfZeros(),
      torrentId: 'a',
      file: file(2 * READ_CHUNK_BYTES + 5),
      target,
      onProgress: (fraction) => progress.push(fraction),
    });
    expect(target.chunks).toEqual([READ_CHUNK_BYTES, READ_CHUNK_BYTES, 5]);
    expect(target.end).toBe('closed');
    expect(progress.at(-1)).toBe(1);
  });

  it('an empty file is saved as one', async () => {
    const target = new MemoryTarget();
    await saveFile({ rpc: rpcOfZeros(), torrentId: 'a', file: file(0), target, onProgress: () => undefined });
    expect(target).toMatchObject({ chunks: [], end: 'closed' });
  });

  it.each([
    ['the target fails', rpcOfZeros(), new MemoryTarget(1)],
    ['fewer bytes come than were asked for', rpcOfZeros({ shortBy: 1 }), new MemoryTarget()],
  ])('aborts when %s', async (_name, rpc, target) => {
    const saving = saveFile({
      rpc,
      torrentId: 'a',
      file: file(3 * READ_CHUNK_BYTES),
      target,
      onProgress: () => undefined,
    });
    await expect(saving).rejects.toThrow();
    expect(target.end).toBe('aborted');
  });
});
