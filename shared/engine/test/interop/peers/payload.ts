import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const CHUNK_BYTES = 1024 * 1024;

export interface PayloadFile {
  /** Under the payload's folder, `/` between elements. */
  readonly path: string;
  readonly length: number;
}

/** Folders, names in several scripts, empty files, and lengths that put most borders in the middle of a piece and of a block. */
export const SAMPLE_FILES: readonly PayloadFile[] = [
  { path: 'a first.bin', length: 1_234_567 },
  { path: 'empty.txt', length: 0 },
  { path: 'folder/inner/deep.dat', length: 70_001 },
  { path: 'folder/one byte', length: 1 },
  { path: 'folder/two.dat', length: 16_384 },
  { path: 'Привет, мир.txt', length: 33_333 },
  { path: '日本語/夏.bin', length: 2_000_003 },
  { path: '日本語/空.txt', length: 0 },
  { path: 'ünïcödé \u{1F30A}.dat', length: 16_385 },
];

/** Writes files whose bytes follow from `seed` and their place alone. */
export async function writePayload(
  folder: string,
  { files, seed }: { readonly files: readonly PayloadFile[]; readonly seed: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path, length } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const handle = await open(target, 'w');
    try {
      const key = createHash('sha256').update(`${seed}\0${path}`).digest();
      const stream = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
      for (let written = 0; written < length; written += CHUNK_BYTES) {
        await handle.write(stream.update(Buffer.alloc(Math.min(CHUNK_BYTES, length - written))));
      }
    } finally {
      await handle.close();
    }
  }
}

/** SHA-256 (hex) of every file under `folder` by its path, in the order of the paths. */
export async function hashTree(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes: Record<string, string> = {};
  for (const path of paths.sort()) hashes[path.slice(folder.length + 1)] = await hashFile(path);
  return hashes;
}

/** Of all bytes of one file: SHA-256 in hex. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  return hash.digest('hex');
}
