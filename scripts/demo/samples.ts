import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tuneAsWav } from './tune.js';

const BULK_BYTES = 48 * 1024 * 1024 + 4_711;
const README = `JSTorrent demo

These files were made on this machine and travelled only over its loopback interface:
a tracker, two seeders and the extension in Chromium, as in any BitTorrent swarm.
music/Ode to Joy.wav can be played.
`;

/** The demo's files by their path: text, audio, a name in another script, and enough bytes for a download to be seen. */
function sampleFiles(): ReadonlyMap<string, Uint8Array> {
  return new Map<string, Uint8Array>([
    ['README.txt', Buffer.from(README)],
    ['music/Ode to Joy.wav', tuneAsWav()],
    ['music/empty.m3u', new Uint8Array(0)],
    ['文書/こんにちは.txt', Buffer.from('こんにちは、世界。\n')],
    ['data/bulk.bin', noise(BULK_BYTES, 'bulk')],
  ]);
}

/** Writes the files into `folder`. Returns the SHA-256 of each in hex, by its path. */
export async function writeSamples(folder: string): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const [path, bytes] of sampleFiles()) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    hashes.set(path, createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

/** Bytes that nothing compresses, the same every time. */
function noise(length: number, seed: string): Uint8Array {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(length));
}
