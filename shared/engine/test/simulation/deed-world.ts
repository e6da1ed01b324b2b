import { expect } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { equalBytes } from '../../src/utils/bytes.js';
import { FaultInjector } from '../faults/fault-injector.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import { type MemoryFileSystem, MemoryPublishedFiles } from '../mocks/index.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 16_384;
const IP = '10.0.0.2';
/** Longer than a tracker is waited for at a stop, and than a removal waits until it tries again. */
const PATIENCE_MS = 70_000;
const AT_REST: readonly (string | undefined)[] = ['seeding', 'downloading', 'failed', 'stopped', undefined];

export const ALBUM = makeTorrent({
  name: 'album',
  seed: 6,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE + 1, 'empty.txt': 0, 'tiny.txt': 7, 'b.bin': 4 * PIECE },
});

/** A client with one torrent, two folders and nobody to download from, whose user does something while its host plays tricks. */
export class DeedWorld {
  readonly swarm = new VirtualSwarm(3);
  readonly folder = new MemoryPublishedFiles({ detachBuffers: true, clock: this.swarm.clock });
  readonly other = new MemoryPublishedFiles({ detachBuffers: true, clock: this.swarm.clock });
  readonly #host = this.swarm.network.host(IP);
  #node: SwarmNode | undefined;

  get node(): SwarmNode {
    if (!this.#node) throw new Error('nothing has lived');
    return this.#node;
  }

  get torrent(): Torrent | undefined {
    return this.node.client.get(ALBUM.id);
  }

  /** A first life in which nothing goes wrong. */
  async open(prepare: (world: DeedWorld) => Promise<unknown>): Promise<void> {
    await this.#start(() => undefined);
    await prepare(this);
    await this.swarm.close([this.node]);
  }

  /** Has the torrent complete in `root`. */
  async complete(root: string): Promise<void> {
    const { swarm, node } = this;
    const seed = await swarm.node('10.0.0.1');
    await swarm.seedFrom(seed, ALBUM);
    await swarm.complete([await swarm.add(node, { metainfo: ALBUM.metainfo }, { root })]);
    await swarm.close([seed]);
  }

  /** One life: the user does `act` when the torrent has come to rest, and waits. It ends by death. */
  async live(plan: FaultPlan, act: (world: DeedWorld) => Promise<unknown>): Promise<FaultInjector> {
    const { clock } = this.swarm;
    const faults = await this.#start(plan);
    if (!faults.isDead && !this.node.startError) {
      await this.rest(faults);
      await clock.settle(Promise.race([act(this).catch(() => undefined), faults.died]));
      await clock.advance(PATIENCE_MS);
    }
    if (this.torrent?.content?.downloader.pieces.isComplete) expect(await this.missing()).toEqual([]);
    faults.die();
    return faults;
  }

  /** The last life, in which nothing goes wrong. */
  async end(judge: (world: DeedWorld) => Promise<unknown>): Promise<void> {
    const faults = await this.#start(() => undefined);
    await this.rest(faults);
    await judge(this);
    await this.swarm.close([this.node]);
    expect({ files: faults.openFiles, operations: faults.pendingOperations }).toEqual({ files: 0, operations: 0 });
  }

  /** Files of the torrent that are nowhere whole. */
  async missing(): Promise<readonly string[]> {
    const places = [this.node.fileSystem, this.folder.contents, this.other.contents];
    const lost: string[] = [];
    for (const [path, bytes] of ALBUM.files) {
      const copies = await Promise.all(
        places.flatMap((place) =>
          ['album', 'Best of'].map((top) => isThere(place, path.replace(/^album/, top), bytes)),
        ),
      );
      if (!copies.includes(true)) lost.push(path);
    }
    return lost;
  }

  /** Waits until the torrent does what it can. One that needs its user is started. */
  async rest(faults: FaultInjector): Promise<void> {
    await this.swarm.clock.runUntil(() => faults.isDead || AT_REST.includes(this.torrent?.state.kind));
    if (this.torrent?.state.kind === 'failed') this.torrent.start();
  }

  /** Some time later, as the user knows it. */
  readonly wait = (ms: number): Promise<void> => {
    return new Promise((resolve) => this.swarm.clock.setTimer(ms, resolve));
  };

  async #start(plan: FaultPlan): Promise<FaultInjector> {
    const { folder, swarm } = this;
    const faults = new FaultInjector({ clock: swarm.clock, plan, onDeath: () => this.#host.crash() });
    const other = faults.folder(this.other);
    this.#node = await swarm.node(IP, {
      sockets: this.#host,
      faults,
      folder,
      onClient: (client) => client.roots.set('other', { kind: 'published', files: other }),
      ...(this.#node && { earlier: this.#node }),
    });
    return faults;
  }
}

async function isThere(place: MemoryFileSystem, path: string, bytes: Uint8Array): Promise<boolean> {
  const stat = await place.stat(path);
  return stat?.isDirectory === false && equalBytes(place.readFile(path), bytes);
}
