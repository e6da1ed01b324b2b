import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan, slowDisk } from '../faults/fault-plan.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { type MemoryFileSystem, MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 400_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 6,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE + 1, 'tiny.txt': 7, 'empty.txt': 0, 'b.bin': 2 * PIECE },
});
const files = [...sample.files.entries()];
/** Enough of them to have every kind of operation several times, at every moment. */
const CASES = 40;

const stateOf = ({ client }: SwarmNode) => client.get(sample.id)?.state.kind;

/** What the client leaves to its host, and room for either of the big files beside half a piece that a death has left of the other. */
const SHORT_ROOM_BYTES = 16 * 1024 * 1024 + 78_000;
/** What the client leaves to its host, and room for two pieces beside half a one; neither of the big files fits. */
const SHORTEST_ROOM_BYTES = 16 * 1024 * 1024 + 2 * PIECE + 10_000;
/** Starts after a failure until one is taken for useless. */
const MOST_STARTS = 100;

interface WorldOptions {
  /** Left out: enough. */
  readonly capacityBytes?: number;
  /** Of the parts in which files come that have no room. */
  readonly partBytes?: number;
}

/** A torrent on its way to a folder, whose client lives several times. */
class PublishingWorld {
  readonly swarm = new VirtualSwarm(3);
  readonly folder = new MemoryPublishedFiles({ detachBuffers: true });
  readonly #host = this.swarm.network.host('10.0.0.2', line);
  readonly #options: WorldOptions;
  #seed!: SwarmNode;
  #earlier: SwarmNode | undefined;
  /** A file had to wait for room. */
  #hasWaited = false;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#seed = await this.swarm.node('10.0.0.1', line);
    await this.swarm.seedFrom(this.#seed, sample);
  }

  /** Lives until the torrent seeds, its host refuses something, or death. Whatever fails is tried again. */
  async live(plan: FaultPlan): Promise<FaultInjector> {
    const { clock } = this.swarm;
    const faults = new FaultInjector({ clock, plan, onDeath: () => this.#host.crash() });
    const earlier = this.#earlier;
    const node = await this.swarm.node('10.0.0.2', {
      sockets: this.#host,
      faults,
      folder: this.folder,
      ...this.#options,
      tellsRoom: this.#options.capacityBytes !== undefined,
      ...(earlier && { earlier }),
    });
    this.#earlier = node;
    node.client.on('torrentChanged', (torrent) => {
      this.#hasWaited ||= torrent.details().files.some(({ waitsForRoom }) => waitsForRoom);
    });
    if (node.startError) faults.die();
    const isOver = () => faults.isDead || stateOf(node) === 'seeding';
    for (let starts = 0; !isOver(); starts++) {
      if (starts === MOST_STARTS) throw new Error(JSON.stringify(node.client.get(sample.id)?.snapshot()));
      if (!node.client.get(sample.id))
        await Promise.race([
          faults.died,
          clock.settle(
            Promise.race([node.client.add({ metainfo: sample.metainfo }, { root: 'folder' }), faults.died]).catch(
              () => undefined,
            ),
          ),
        ]);
      const end = clock.now() + 30_000;
      await clock.runUntil(() => isOver() || clock.now() >= end);
      if (isOver()) break;
      node.client.roots.setAvailable('folder');
      node.client.get(sample.id)?.start();
    }
    await this.#expectNothingLost(node);
    return faults;
  }

  /** The last life is over: all is in the folder, once, and nothing else anywhere. */
  async finish(): Promise<void> {
    const node = this.#earlier;
    if (!node) throw new Error('nothing has lived');
    expect(this.#hasWaited).toBe(this.#options.capacityBytes !== undefined);
    expect(hasAllFiles({ ...node, fileSystem: this.folder.contents }, sample)).toBe(true);
    expect((await this.folder.contents.list('album')).map(({ name }) => name)).toEqual(
      files.map(([path]) => path.slice('album/'.length)).sort(),
    );
    expect((await this.folder.contents.list('')).map(({ name }) => name)).toEqual(['album']);
    await this.swarm.close([node, this.#seed]);
    // A death may leave the empty folder.
    expect(node.fileSystem.usedBytes).toBe(0);
    for (const [path] of files) expect(await node.fileSystem.stat(path)).toBeUndefined();
  }

  /** What the torrent believes to have lies in staging or in the folder. */
  async #expectNothingLost({ client, fileSystem }: SwarmNode): Promise<void> {
    const torrent = client.get(sample.id);
    for (const [index, { doneBytes, length }] of (torrent?.details().files ?? []).entries()) {
      if (doneBytes < length || !torrent?.isComplete) continue;
      const [path, bytes] = files[index] ?? ['', new Uint8Array()];
      const places = [fileSystem, this.folder.contents];
      const whole = places.map(async (place) => (await place.stat(path)) && place.readFile(path));
      const copies = await Promise.all([...whole, this.#joined(index, places)]);
      expect(copies.some((copy) => copy && Buffer.compare(copy, bytes) === 0)).toBe(true);
    }
  }

  /** What lies in parts of a file. */
  async #joined(index: number, places: readonly MemoryFileSystem[]): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let part = 0; ; part++) {
      const path = `.jstorrent/${sample.id}/split-${index}-${part}`;
      const stats = await Promise.all(places.map((place) => place.stat(path)));
      // What lies in staging is right as long as it is there.
      const place = places[stats.findIndex((stat) => stat !== undefined)];
      if (!place) return concatBytes(parts);
      parts.push(place.readFile(path));
    }
  }
}

async function operationsOfOneRun(options: WorldOptions): Promise<number> {
  const world = new PublishingWorld(options);
  await world.open();
  const { operations } = await world.live(slowDisk);
  await world.finish();
  return operations;
}

async function run(plan: FaultPlan, options: WorldOptions): Promise<void> {
  const world = new PublishingWorld(options);
  await world.open();
  const first = await world.live(plan);
  if (!first.isDead) first.die();
  await world.live(slowDisk);
  await world.finish();
}

describe.each([
  { about: 'publishing', options: {} },
  { about: 'publishing file after file for want of room', options: { capacityBytes: SHORT_ROOM_BYTES } },
  {
    about: 'publishing files that are bigger than the room',
    options: { capacityBytes: SHORTEST_ROOM_BYTES, partBytes: PIECE },
  },
])('$about', ({ options }) => {
  it('hostile 47: cut short by a death at any operation loses nothing, and ends with every file in the folder once', async () => {
    const operations = await operationsOfOneRun(options);
    for (let number = 0; number < CASES; number++) {
      const point = 1 + Math.floor((number * operations) / CASES);
      for (const moment of DEATH_MOMENTS) {
        await run(faultAt(point, { kind: 'death', moment }, slowDisk), options).catch((error: unknown) => {
          throw new Error(`death ${moment} operation ${point}: ${String(error)}`, { cause: error });
        });
      }
    }
  });

  it('hostile 50: goes on after any one operation that fails, of files, folder or store', async () => {
    const operations = await operationsOfOneRun(options);
    for (let number = 0; number < CASES; number++) {
      const point = 1 + Math.floor((number * operations) / CASES);
      const code = number % 2 === 0 ? 'permission' : 'no-space';
      await run(faultAt(point, { kind: 'fail', code }, slowDisk), options).catch((error: unknown) => {
        throw new Error(`${code} at operation ${point}: ${String(error)}`, { cause: error });
      });
    }
  });
});
