import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writePayload } from '../shared/engine/test/interop/peers/payload.js';
import { Ballast } from './measure/ballast.js';

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

  /** For an attempt that writes `bytes`. The caller closes it. */
  ballast(bytes: number): Ballast {
    return new Ballast(join(this.#root, 'ballast.bin'), bytes);
  }

  async #write(sizeBytes: number): Promise<string> {
    const path = join(await this.folder('payload'), 'payload.bin');
    await writePayload(dirname(path), { files: [{ path: 'payload.bin', length: sizeBytes }], seed: 'bench' });
    return path;
  }
}
