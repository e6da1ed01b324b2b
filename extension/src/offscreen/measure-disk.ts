import type { IClock, IFileHandle, IFileSystem, IHasher } from '@jstorrent/engine';

const PART_BYTES = 1024 * 1024;
const PARTS = 16;
const FILE = 'measure.bin';

/** Writes 16 MiB and reads them back. Rejects with a `FileSystemError`. */
export async function measureDisk(
  files: IFileSystem,
  clock: IClock,
): Promise<{ readonly writeBytesPerSecond: number; readonly readBytesPerSecond: number }> {
  const file = await files.open(FILE, 'write');
  try {
    const writeBytesPerSecond = await rateOf(clock, () => writeAll(file));
    const readBytesPerSecond = await rateOf(clock, () => readAll(file));
    return { writeBytesPerSecond, readBytesPerSecond };
  } finally {
    await file.close();
    await files.remove(FILE);
  }
}

/** Hashes 16 MiB, a MiB at a time, as pieces are. */
export function measureHash(hasher: IHasher, clock: IClock): Promise<number> {
  return rateOf(clock, async () => {
    let data: Uint8Array = new Uint8Array(PART_BYTES);
    for (let part = 0; part < PARTS; part++) ({ data } = await hasher.sha1(data));
  });
}

async function writeAll(file: IFileHandle): Promise<void> {
  let data: Uint8Array = new Uint8Array(PART_BYTES).fill(0x5a);
  for (let part = 0; part < PARTS; part++) data = await file.write(part * PART_BYTES, data);
  await file.flush();
}

async function readAll(file: IFileHandle): Promise<void> {
  let into: Uint8Array = new Uint8Array(PART_BYTES);
  for (let part = 0; part < PARTS; part++) ({ buffer: into } = await file.read(part * PART_BYTES, into));
}

/** Bytes a second of what moves 16 MiB. */
async function rateOf(clock: IClock, work: () => Promise<void>): Promise<number> {
  const startedAt = clock.now();
  await work();
  // A clock that ticks in milliseconds says 0 for what is faster.
  return (PARTS * PART_BYTES * 1000) / Math.max(1, clock.now() - startedAt);
}
