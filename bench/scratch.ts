import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePayload } from '../shared/engine/test/interop/peers/payload.js';
import { Ballast } from './measure/ballast.js';

/** A file system in memory, on Linux. */
const MEMORY = '/dev/shm';
const NAME = 'payload.bin';

/** What a torrent is made of. */
export interface Payload {
  readonly sizeBytes: number;
  /** As many files of the same length in a folder; one file without it. */
  readonly files?: number;
  /** Nothing but zeros, which take no room. */
  readonly isSparse?: boolean;
}

/** Where a payload lies: `name` is its file or folder. */
interface PayloadPlace {
  readonly folder: string;
  readonly name: string;
}

/** The benchmark's folders under the system's temporary one and in memory; they go with the process. */
export class Scratch {
  readonly #roots: Readonly<Record<'disk' | 'memory', string>> = {
    disk: mkdtempSync(join(tmpdir(), 'jstorrent-bench-')),
    memory: mkdtempSync(join(MEMORY, 'jstorrent-bench-')),
  };
  readonly #payloads = new Map<string, Promise<PayloadPlace>>();
  #nextFolder = 1;

  constructor() {
    process.once('exit', () => {
      for (const root of Object.values(this.#roots)) rmSync(root, { recursive: true, force: true });
    });
  }

  async folder(name: string, { place = 'disk' }: { readonly place?: 'disk' | 'memory' } = {}): Promise<string> {
    const path = join(this.#roots[place], `${name}-${this.#nextFolder++}`);
    await mkdir(path);
    return path;
  }

  /** Random bytes, or zeros: the same for the same wish. */
  payload(payload: Payload): Promise<PayloadPlace> {
    const key = JSON.stringify(payload);
    const known = this.#payloads.get(key) ?? this.#write(payload);
    this.#payloads.set(key, known);
    return known;
  }

  /** For an attempt that writes `bytes`. The caller closes it. */
  ballast(bytes: number): Ballast {
    return new Ballast(join(this.#roots.disk, 'ballast.bin'), bytes);
  }

  async #write({ sizeBytes, files, isSparse }: Payload): Promise<PayloadPlace> {
    const folder = await this.folder('payload');
    if (isSparse) {
      const file = await open(join(folder, NAME), 'w');
      await file.truncate(sizeBytes);
      await file.close();
    } else if (files === undefined) {
      await writePayload(folder, { files: [{ path: NAME, length: sizeBytes }], seed: 'bench' });
    } else {
      const length = Math.floor(sizeBytes / files);
      const each = Array.from({ length: files }, (_, index) => ({ path: `${NAME}/${index}.bin`, length }));
      await writePayload(folder, { files: each, seed: 'bench' });
    }
    return { folder, name: NAME };
  }
}
