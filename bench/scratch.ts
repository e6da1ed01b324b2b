import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writePayload } from '../shared/engine/test/interop/peers/payload.js';

const CHUNK = new Uint8Array(1024 * 1024);

/** The benchmark's folder under the system's temporary one; it goes with the process. */
export class Scratch {
  readonly #root = mkdtempSync(join(tmpdir(), 'jstorrent-bench-'));
  readonly #payloads = new Map<number, Promise<string>>();
  #nextFolder = 1;

  constructor() {
    process.once('exit', () => rmSync(this.#root, { recursive: true, force: true }));
  }

  async folder(name: string): Promise<string> {
    const path = join(this.#root, `${name}-${this.#nextFolder++}`);
    await mkdir(path);
    return path;
  }

  /** The path of a file of `sizeBytes` random bytes, alone in its folder. */
  payload(sizeBytes: number): Promise<string> {
    const known = this.#payloads.get(sizeBytes) ?? this.#write(sizeBytes);
    this.#payloads.set(sizeBytes, known);
    return known;
  }

  /**
   * Uses as much memory as files of `bytes` take, and frees it. In a virtual machine, memory that was idle for seconds belongs to the host
   * again, and using it anew costs up to 3 s of CPU time a GiB, fifteen times the copy itself: chance would decide who pays.
   */
  async warmMemory(bytes: number): Promise<void> {
    const path = join(this.#root, 'warm.bin');
    const file = await open(path, 'w');
    try {
      for (let written = 0; written < bytes; written += CHUNK.length) await file.write(CHUNK);
    } finally {
      await file.close();
      await rm(path);
    }
  }

  async #write(sizeBytes: number): Promise<string> {
    const path = join(await this.folder('payload'), 'payload.bin');
    await writePayload(dirname(path), { files: [{ path: 'payload.bin', length: sizeBytes }], seed: 'bench' });
    return path;
  }
}
