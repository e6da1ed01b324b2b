import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  Aria2Peer,
  hashTree,
  LibtorrentPeer,
  OwnCli,
  QbittorrentPeer,
  SAMPLE_FILES,
  TransmissionPeer,
  WebTorrentPeer,
  writePayload,
  type RealPeer,
} from './peers/index.js';

/** Every client that is driven, by its name. */
export const CLIENTS: readonly (readonly [string, () => Promise<RealPeer>])[] = [
  ['libtorrent', () => LibtorrentPeer.start()],
  ['transmission', () => TransmissionPeer.start()],
  ['qbittorrent', () => QbittorrentPeer.start()],
  ['aria2', () => Aria2Peer.start()],
  ['webtorrent', () => WebTorrentPeer.start()],
];

/** A scratch folder for one spec file, holding the sample payload; what is used in it ends with the file. */
export class Lab {
  readonly #stops: (() => Promise<void>)[] = [];
  #folder = '';

  /** Call while the spec file is collected. */
  static open(): Lab {
    const lab = new Lab();
    beforeAll(async () => {
      lab.#folder = await mkdtemp(join(tmpdir(), 'jstorrent-interop-'));
      await lab.writeSample('data');
    });
    afterAll(async () => {
      for (const stop of lab.#stops.reverse()) await stop();
      await rm(lab.#folder, { recursive: true, force: true });
    });
    return lab;
  }

  path(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }

  /** Stops `thing` at the end. */
  use<T extends { stop(): Promise<void> }>(thing: T): T {
    this.#stops.push(() => thing.stop());
    return thing;
  }

  /** Writes the sample payload as `NAME/sample`, for a seeder that is to have a copy of its own. Returns the folder `NAME`. */
  async writeSample(name: string): Promise<string> {
    await writePayload(this.path(name, 'sample'), { files: SAMPLE_FILES, seed: 'interop' });
    return this.path(name);
  }

  /** Has our own client make a torrent of the sample. */
  async createTorrent(
    name: string,
    trackers: readonly string[] = [],
  ): Promise<{ readonly torrentFile: string; readonly magnet: string; readonly infoHash: string }> {
    const torrentFile = this.path(`${name}.torrent`);
    const options = trackers.flatMap((url) => ['--tracker', url]);
    const magnet = await OwnCli.run('create', this.path('data', 'sample'), '-o', torrentFile, ...options);
    const infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
    return { torrentFile, magnet, infoHash };
  }

  /** Every file of the sample is in `folder/sample`, byte for byte, and nothing else. */
  async expectSample(folder: string, options: { readonly withoutEmptyFiles?: boolean } = {}): Promise<void> {
    const isExpected = (path: string) => !options.withoutEmptyFiles || !EMPTY_FILES.has(path);
    const expected = Object.entries(await hashTree(this.path('data', 'sample'))).filter(([path]) => isExpected(path));
    const found = Object.entries(await hashTree(join(folder, 'sample'))).filter(([path]) => isExpected(path));
    expect(found).toEqual(expected);
  }
}

const EMPTY_FILES = new Set(SAMPLE_FILES.filter(({ length }) => length === 0).map(({ path }) => path));
