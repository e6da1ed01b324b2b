import { describe, expect, it } from 'vitest';
import type { TorrentContent } from '../../src/core/torrent-content.js';
import type { Torrent } from '../../src/core/torrent.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan } from '../faults/fault-plan.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { FILM, FILM_INDEX, line, PART, PIECE, RESERVED_BYTES, ROOM, sample } from './parts-world.js';
import { hasAllFiles, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const IP = '10.0.0.2';
/** Longer than a removal waits until it tries again, and a file that was locked. */
const PATIENCE_MS = 70_000;
const nothing: FaultPlan = () => undefined;
const CHANGED = `.jstorrent/${sample.id}/split-${FILM_INDEX}-1`;
/** Operations of each deed at which something goes wrong. */
const POINTS = 7;

/** A torrent with a file in parts in a folder, to which its user does something while its host plays tricks. */
class PartsWorld {
  readonly swarm = new VirtualSwarm(3);
  readonly folder = new MemoryPublishedFiles({ detachBuffers: true, clock: this.swarm.clock });
  readonly #host = this.swarm.network.host(IP, line);
  #seed!: SwarmNode;
  #node: SwarmNode | undefined;

  get node(): SwarmNode {
    if (!this.#node) throw new Error('nothing has lived');
    return this.#node;
  }

  get torrent(): Torrent | undefined {
    return this.node.client.get(sample.id);
  }

  /** Until half of the film is here, or all of it, in parts. */
  async open({ isWhole }: { readonly isWhole: boolean }): Promise<void> {
    const { swarm, folder } = this;
    this.#seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(this.#seed, sample);
    await this.#start(nothing);
    if (isWhole) folder.locked.add(FILM);
    const torrent = await swarm.add(this.node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() =>
      isWhole ? torrent.snapshot().attention !== undefined : torrent.snapshot().wantedDoneBytes > 20 * PIECE,
    );
    await swarm.close([this.node]);
    folder.locked.clear();
  }

  /** Somebody changes a piece of a part that is in the folder. */
  async change(): Promise<void> {
    const { contents } = this.folder;
    const bytes = contents.readFile(CHANGED);
    expect(bytes).toHaveLength(PART);
    bytes[PIECE] = (bytes[PIECE] ?? 0) ^ 1;
    await this.swarm.clock.advance(1000);
    contents.writeFile(CHANGED, bytes);
  }

  /** One life, with what its user does in it; ends by death. */
  async live(plan: FaultPlan, act: (world: PartsWorld) => Promise<unknown>): Promise<FaultInjector> {
    const { clock } = this.swarm;
    const faults = await this.#start(plan);
    if (!faults.isDead && !this.node.startError) {
      await clock.settle(Promise.race([act(this).catch(() => undefined), faults.died]));
    }
    faults.die();
    return faults;
  }

  /** The last life, in which nothing goes wrong. */
  async end(judge: (world: PartsWorld) => Promise<unknown>): Promise<void> {
    await this.#start(nothing);
    await judge(this);
    await this.swarm.close([this.node, this.#seed]);
    expect(this.node.fileSystem.usedBytes).toBe(0);
  }

  /** Some time passes for the user. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.swarm.clock.setTimer(ms, () => resolve()));
  }

  /** All that the torrent believes to have is right on disk; it goes on until all is in the folder. */
  async complete(): Promise<void> {
    const { torrent } = this;
    const { clock } = this.swarm;
    if (!torrent) throw new Error('the torrent is gone');
    torrent.start();
    await clock.runUntil(() => ['downloading', 'publishing', 'seeding', 'failed'].includes(torrent.state.kind));
    const { content } = torrent;
    for (const index of content && torrent.storage.isChecked ? [...content.downloader.pieces.have] : []) {
      const found = await clock.settle((content as TorrentContent).disk.check(index, new Uint8Array(PIECE)));
      expect({ index, isValid: found.isValid }).toEqual({ index, isValid: true });
    }
    await this.swarm.complete([torrent]);
    await this.expectInFolder();
  }

  async expectInFolder(): Promise<void> {
    const { folder, node } = this;
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['films']);
  }

  async remove(options: { readonly deleteFiles: boolean }): Promise<void> {
    if (this.torrent) await this.node.client.remove(sample.id, options);
  }

  async #start(plan: FaultPlan): Promise<FaultInjector> {
    const { swarm, folder } = this;
    const faults = new FaultInjector({ clock: swarm.clock, plan, onDeath: () => this.#host.crash() });
    this.#node = await swarm.node(IP, {
      sockets: this.#host,
      faults,
      folder,
      capacityBytes: RESERVED_BYTES + ROOM,
      tellsRoom: true,
      partBytes: PART,
      ...(this.#node && { earlier: this.#node }),
    });
    return faults;
  }
}

interface Deed {
  readonly isWhole: boolean;
  readonly prepare?: (world: PartsWorld) => Promise<unknown>;
  readonly act: (world: PartsWorld) => Promise<unknown>;
  /** Does what is left to do and says what has come of it. */
  readonly judge: (world: PartsWorld) => Promise<unknown>;
}

const removing = (isWhole: boolean, deleteFiles: boolean): Deed => ({
  isWhole,
  act: async (world) => {
    await world.remove({ deleteFiles }).catch(() => undefined);
    await world.wait(PATIENCE_MS);
  },
  judge: async (world) => {
    const { clock } = world.swarm;
    await clock.settle(world.remove({ deleteFiles }));
    await clock.advance(PATIENCE_MS);
    expect([...world.node.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    if (isWhole && !deleteFiles) await world.expectInFolder();
    const names = (await world.folder.contents.list('')).map(({ name }) => name);
    expect(names).toEqual(deleteFiles ? [] : ['films']);
  },
});

const DEEDS: Readonly<Record<string, Deed>> = {
  'taking a part back that somebody changed': {
    isWhole: false,
    prepare: (world) => world.change(),
    act: (world) => world.wait(200),
    judge: (world) => world.complete(),
  },
  'stopping, and trying to move it': {
    isWhole: false,
    act: async (world) => {
      await world.wait(300);
      await world.torrent?.stop();
      await world.node.client.places.move(sample.id, 'default').catch(() => undefined);
      world.torrent?.start();
    },
    judge: (world) => world.complete(),
  },
  'removing it without its files, when the file is whole': removing(true, false),
  'removing it without its files, when half of the file is here': removing(false, false),
  'removing it with its files': removing(false, true),
};

async function run({ isWhole, prepare, act, judge }: Deed, plan: FaultPlan): Promise<FaultInjector> {
  const world = new PartsWorld();
  await world.open({ isWhole });
  await prepare?.(world);
  const faults = await world.live(plan, act);
  await world.end(judge);
  return faults;
}

describe.each(Object.entries(DEEDS))('with a file in parts: %s', (_, deed) => {
  it('hostile 47, 50: cut short by a death, or by a failure, at any operation loses nothing and leaves nothing', async () => {
    const { operations } = await run(deed, nothing);
    const faults = [
      ...DEATH_MOMENTS.map((moment) => ({ kind: 'death' as const, moment })),
      { kind: 'fail' as const, code: 'no-space' },
    ];
    for (let number = 0; number < POINTS; number++) {
      const point = 1 + Math.floor((number * operations) / POINTS);
      for (const fault of faults) {
        await run(deed, faultAt(point, fault)).catch((error: unknown) => {
          throw new Error(`${JSON.stringify(fault)} at operation ${point}: ${String(error)}`, { cause: error });
        });
      }
    }
  });
});
