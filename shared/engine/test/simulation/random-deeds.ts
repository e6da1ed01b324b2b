import { expect } from 'vitest';
import type { FilePriorityChange } from '../../src/core/snapshots.js';
import type { Torrent } from '../../src/core/torrent.js';
import { equalBytes } from '../../src/utils/bytes.js';
import { type MemoryFileSystem, MemoryPublishedFiles, SeededRandom } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 16_384;
const IP = '10.0.0.2';
const DEEDS = 25;
const PAUSES_MS = [0, 1, 20, 300, 2000, 6000];
/** A disk takes so long for each operation. */
const DISK_DELAYS_MS = [0, 0, 5, 40, 400];
const ALL_FILES: readonly FilePriorityChange[] = [{ priority: 4, fileIndices: [0, 1, 2, 3] }];
/** More than any retry of a disk, a folder or a tracker takes. */
const PATIENCE_MS = 200_000;
const ROUNDS = 8;

const ALBUM = makeTorrent({
  name: 'album',
  seed: 6,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE + 1, 'b.bin': 24 * PIECE, 'c.bin': 9 * PIECE + 5, 'tiny.txt': 7 },
});

type Slow = <T>(work: () => Promise<T>) => Promise<T>;

/** Every operation takes its time, so that deeds meet in the middle of each other. */
function slowDown(files: Pick<MemoryFileSystem, 'stat' | 'list' | 'rename' | 'remove'>, slow: Slow) {
  const stat = files.stat.bind(files);
  const list = files.list.bind(files);
  const rename = files.rename.bind(files);
  const remove = files.remove.bind(files);
  files.stat = (path) => slow(() => stat(path));
  files.list = (path) => slow(() => list(path));
  files.rename = (from, to) => slow(() => rename(from, to));
  files.remove = (path) => slow(() => remove(path));
}

/** One client with a slow disk and its user, who does one thing after the other without waiting for any. */
class Hurry {
  readonly random: SeededRandom;
  readonly swarm: VirtualSwarm;
  readonly #folder: MemoryPublishedFiles;
  /** What was done in which state, for whoever has to find out what went wrong. */
  readonly #log: string[] = [];
  readonly #pending: Promise<unknown>[] = [];
  #node: SwarmNode | undefined;
  #root = 'default';

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.swarm = new VirtualSwarm(seed);
    this.#folder = new MemoryPublishedFiles({ detachBuffers: true, clock: this.swarm.clock });
  }

  async run(): Promise<void> {
    const source = await this.swarm.node('10.0.0.1', { uplinkBytesPerSecond: 200_000 });
    await this.swarm.seedFrom(source, ALBUM);
    await this.#begin();
    for (let count = 0; count < DEEDS; count++) {
      const [name, deed] = this.#pick(Object.entries(this.#deeds));
      this.#log.push(`${name} (${this.#torrent?.state.kind})`);
      const done = Promise.resolve().then(deed);
      this.#pending.push(done.catch((error: unknown) => this.#log.push(`${name}: ${String(error)}`)));
      await this.swarm.clock.advance(this.#pick(PAUSES_MS));
    }
    try {
      await this.#judge();
    } catch (error) {
      throw new Error(`${String(error)}, ${JSON.stringify(this.#torrent?.state)}\n${this.#log.join(', ')}`, {
        cause: error,
      });
    }
    await this.swarm.close([source, this.#client]);
  }

  async #begin(): Promise<void> {
    const { random, swarm } = this;
    this.#node = await swarm.node(IP, { folder: this.#folder, partBytes: 4 * PIECE });
    const slow: Slow = async (work) => {
      await this.#wait(this.#pick(DISK_DELAYS_MS));
      return work();
    };
    slowDown(this.#node.fileSystem, slow);
    slowDown(this.#folder, slow);
    this.#root = this.#pick(['default', 'folder']);
    const options = { root: this.#root, start: random.integer(2) === 1, chooseFilesFirst: random.integer(3) === 0 };
    await swarm.add(this.#node, this.#pick([{ metainfo: ALBUM.metainfo }, { magnet: ALBUM.magnet }]), options);
  }

  /** All of it comes, to where it belongs, and nothing else is left. */
  async #judge(): Promise<void> {
    const { swarm, random } = this;
    const { client, fileSystem } = this.#client;
    client.roots.setAvailable('folder');
    await swarm.clock.settle(Promise.all(this.#pending));
    await swarm.clock.advance(PATIENCE_MS);
    if (!this.#torrent) await swarm.add(this.#client, { metainfo: ALBUM.metainfo }, { root: this.#root });
    for (let round = 0; round < ROUNDS && (round === 0 || this.#torrent?.state.kind !== 'seeding'); round++) {
      this.#torrent?.choose({ priorities: ALL_FILES });
      await swarm.clock.settle(client.settleChangedFiles(ALBUM.id, 'download-again'));
      this.#torrent?.start({ isForced: random.integer(2) === 1 });
      await swarm.clock.advance(PATIENCE_MS);
    }
    const torrent = this.#torrent;
    expect(torrent?.state.kind).toBe('seeding');
    const originals = [...ALBUM.files.values()];
    for (const [index, original] of originals.entries()) {
      const reading = torrent?.content?.readFile(index, 0, original.length) ?? Promise.reject(new Error('no files'));
      expect(equalBytes(await swarm.clock.settle(reading), original)).toBe(true);
    }
    if (torrent?.record.root === 'folder') expect(fileSystem.usedBytes).toBe(0);
  }

  readonly #deeds: Readonly<Record<string, () => unknown>> = {
    start: () => this.#torrent?.start(),
    stop: () => this.#torrent?.stop(),
    check: () => this.#torrent?.recheck(),
    'check again': () => this.#torrent?.recheck(),
    look: () => this.#torrent?.load(),
    skip: () => this.#torrent?.choose({ priorities: [{ priority: 0, fileIndices: [this.random.integer(4)] }] }),
    want: () => this.#torrent?.choose({ priorities: ALL_FILES }),
    'lose the folder': () => this.#client.client.roots.setLost('folder'),
    'get the folder back': () => this.#client.client.roots.setAvailable('folder'),
    'super-seed': () => this.#torrent?.setSuperSeeding(this.random.integer(2) === 1),
    move: async () => {
      const to = this.#pick(['default', 'folder']);
      await this.#client.client.places.move(ALBUM.id, to);
      this.#root = to;
    },
    rename: () => this.#client.client.places.renameFiles(ALBUM.id, { name: this.#pick(['album', 'other', 'third']) }),
    'rename a file': () =>
      this.#client.client.places.renameFiles(ALBUM.id, { fileIndex: 1, name: this.#pick(['b.bin', 'x.bin']) }),
    'remove and undo': async () => {
      await this.#client.client.remove(ALBUM.id, { deleteFiles: this.random.integer(2) === 1, undoMs: 10_000 });
      await this.#wait(this.random.integer(5000));
      await this.#client.client.undoRemove(ALBUM.id);
    },
    'remove and add': async () => {
      await this.#client.client.remove(ALBUM.id, { deleteFiles: true, ...(this.random.integer(2) && { undoMs: 500 }) });
      await this.#client.client.add({ metainfo: ALBUM.metainfo }, { root: this.#root });
    },
  };

  get #client(): SwarmNode {
    if (!this.#node) throw new Error('it has not begun');
    return this.#node;
  }

  get #torrent(): Torrent | undefined {
    return this.#client.client.get(ALBUM.id);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)] as T;
  }

  #wait(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => this.swarm.clock.setTimer(ms, resolve));
  }
}

/** Rejects with what went wrong, and what was done before. */
export async function runRandomDeeds(seed: number): Promise<void> {
  await new Hurry(seed).run().catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  });
}

/** Some peers, slow and fast ones, whose users change their minds all the time: in the end everybody has everything. */
export async function runRandomSwarm(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)] as T;
  const swarm = new VirtualSwarm(seed);
  const pieceLength = pick([PIECE, 4 * PIECE, 16 * PIECE]);
  const sample = makeTorrent({ name: 'film.bin', seed, pieceLength, files: { 'film.bin': 96 * PIECE + 6 } });
  const nodes: SwarmNode[] = [];
  for (let count = 4 + random.integer(4); count > 0; count--) {
    const line = {
      uplinkBytesPerSecond: nodes.length === 0 ? 100_000 : pick([3000, 30_000, 200_000, 2_000_000]),
      downlinkBytesPerSecond: pick([20_000, 200_000, 2_000_000]),
      latencyMs: pick([1, 20, 200]),
    };
    const settings = {
      pieceMemoryBytes: pick([1, 64]) * 1024 * 1024,
      uploadSlots: pick([1, 2, 8]),
      seedingOrder: pick(['fastestUpload', 'roundRobin', 'antiLeech'] as const),
      maxConnectionsPerTorrent: pick([2, 60]),
    };
    const sections = pick([undefined, { maxWholePieceBytes: PIECE, sectionBytes: PIECE }]);
    nodes.push(await swarm.node(`10.0.0.${nodes.length + 1}`, { ...line, settings, ...(sections && { sections }) }));
  }
  const [source, ...others] = nodes as [SwarmNode, ...SwarmNode[]];
  const torrents = [await swarm.seedFrom(source, sample)];
  torrents[0]?.setSuperSeeding(random.integer(2) === 1);
  for (const node of others) {
    torrents.push(await swarm.add(node, pick([{ metainfo: sample.metainfo }, { magnet: sample.magnet }])));
    await swarm.clock.advance(pick([0, 100, 3000]));
  }
  const deeds: readonly ((torrent: Torrent) => unknown)[] = [
    (torrent) => void torrent.stop(),
    (torrent) => torrent.start(),
    (torrent) => torrent.recheck(),
    (torrent) => torrent.setSuperSeeding(random.integer(2) === 1),
    (torrent) => torrent.choose({ order: { isSequential: random.integer(2) === 1, firstAndLastFirst: false } }),
    (torrent) => torrent.setDeadline(random.integer(20), pick([undefined, 100, 5000])),
    () => swarm.clock.settle(pick(nodes).client.updateSettings({ maxConnections: pick([1, 3, 100]) })),
    () => swarm.clock.settle(pick(nodes).client.updateSettings({ downloadLimitBytesPerSecond: pick([0, 5000]) })),
  ];
  for (let count = 0; count < DEEDS; count++) {
    await pick(deeds)(pick(torrents));
    await swarm.clock.advance(pick([...PAUSES_MS, 10_000]));
  }
  const unlimited = { maxConnections: 200, downloadLimitBytesPerSecond: 0 };
  for (const { client } of nodes) await swarm.clock.settle(client.updateSettings(unlimited));
  for (const torrent of torrents) torrent.start();
  await swarm.complete(torrents, { maxMs: 3_600_000 }).catch((error: unknown) => {
    const states = torrents.map(({ state }) => state.kind).join(', ');
    throw new Error(`seed ${seed}: ${states}`, { cause: error });
  });
  for (const node of nodes) expect(hasAllFiles(node, sample)).toBe(true);
  await swarm.close(nodes);
}
