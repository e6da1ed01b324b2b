import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan } from '../faults/fault-plan.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 50_000, downlinkBytesPerSecond: 50_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 6,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE + 1, 'tiny.txt': 7, 'b.bin': 4 * PIECE, 'c.bin': 3 * PIECE },
});
const FOREIGN = 'album/notes.txt';
/** Longer than a removal waits until it tries again. */
const PATIENCE_MS = 70_000;
const nothing: FaultPlan = () => undefined;

/** A torrent half on its way to a folder, with a skipped file kept aside, that is removed while its host plays tricks. */
class RemovingWorld {
  readonly swarm = new VirtualSwarm(3);
  readonly folder = new MemoryPublishedFiles({ detachBuffers: true });
  readonly #host = this.swarm.network.host('10.0.0.2', line);
  #earlier!: SwarmNode;

  async open(): Promise<void> {
    const { swarm, folder } = this;
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    const node = await swarm.node('10.0.0.2', { sockets: this.#host, folder });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder', start: false });
    torrent.choose({ order: { isSequential: true, firstAndLastFirst: false } });
    torrent.start();
    const files = () => torrent.details().files;
    await swarm.clock.runUntil(() => files()[0]?.publishedShare === 1 && (files()[2]?.doneBytes ?? 0) >= 2 * PIECE);
    torrent.choose({ priorities: [{ priority: 0, fileIndices: [3] }] });
    await swarm.clock.settle(torrent.stop());
    await swarm.close([node, seed]);
    folder.contents.writeFile(FOREIGN, Uint8Array.of(1, 2, 3));
    this.#earlier = node;
  }

  /** The user gives it up: the client does not see it any more. */
  isFolderGone = false;

  /** Starts the client, does `work` there, and ends it by a death if `plan` does not do so before. */
  async live(plan: FaultPlan, work: (node: SwarmNode) => Promise<unknown>): Promise<FaultInjector> {
    const { clock } = this.swarm;
    const faults = new FaultInjector({ clock, plan, onDeath: () => this.#host.crash() });
    const node = await this.swarm.node('10.0.0.2', {
      sockets: this.#host,
      faults,
      ...(!this.isFolderGone && { folder: this.folder }),
      earlier: this.#earlier,
    });
    this.#earlier = node;
    if (!faults.isDead && !node.startError) {
      await clock.settle(Promise.race([work(node).catch(() => undefined), faults.died]));
      await clock.advance(PATIENCE_MS);
    }
    faults.die();
    return faults;
  }

  recordsLeft(): readonly string[] {
    return [...this.#earlier.records.keys()].filter((key) => key.includes(sample.id));
  }

  stagingLeft(): Promise<readonly unknown[]> {
    return this.#earlier.fileSystem.list('');
  }
}

const remove = (deleteFiles: boolean) => async (node: SwarmNode) => {
  if (node.client.get(sample.id)) await node.client.remove(sample.id, { deleteFiles });
};

async function run(plan: FaultPlan, deleteFiles: boolean): Promise<FaultInjector> {
  const world = new RemovingWorld();
  await world.open();
  const faults = await world.live(plan, remove(deleteFiles));
  // Where the torrent is still listed, nothing of the removal was promised.
  await world.live(nothing, remove(deleteFiles));
  expect(world.recordsLeft()).toEqual([]);
  expect(await world.stagingLeft()).toEqual([]);
  const left = (await world.folder.contents.list('album')).map(({ name }) => name);
  expect(left).toEqual(deleteFiles ? ['notes.txt'] : ['a.bin', 'notes.txt', 'tiny.txt']);
  return faults;
}

describe.each([
  ['with its files', true],
  ['without its files', false],
])('a removal %s', (_, deleteFiles) => {
  it('hostile 47: cut short by a death at any operation is finished by the next session', async () => {
    const { operations } = await run(nothing, deleteFiles);
    for (let point = 1; point <= operations; point++) {
      for (const moment of DEATH_MOMENTS) {
        await run(faultAt(point, { kind: 'death', moment }), deleteFiles).catch((error: unknown) => {
          throw new Error(`death ${moment} operation ${point}: ${String(error)}`, { cause: error });
        });
      }
    }
  });

  it('hostile 50: of which any one operation fails is finished by the next session', async () => {
    const { operations } = await run(nothing, deleteFiles);
    for (let point = 1; point <= operations; point++) {
      const code = point % 2 === 0 ? 'permission' : 'other';
      await run(faultAt(point, { kind: 'fail', code }), deleteFiles).catch((error: unknown) => {
        throw new Error(`${code} at operation ${point}: ${String(error)}`, { cause: error });
      });
    }
  });
});

describe('a removal with its files whose folder is given up before they are gone', () => {
  const endOrphans = (node: SwarmNode) => node.client.endOrphanedRemovals();

  async function runGone(plan: FaultPlan): Promise<FaultInjector> {
    const world = new RemovingWorld();
    await world.open();
    world.folder.isLost = true;
    await world.live(nothing, remove(true));
    expect(world.recordsLeft()).not.toEqual([]);
    world.isFolderGone = true;
    const faults = await world.live(plan, endOrphans);
    await world.live(nothing, endOrphans);
    expect(world.recordsLeft()).toEqual([]);
    expect(await world.stagingLeft()).toEqual([]);
    expect(await world.folder.contents.stat('album/a.bin')).toBeDefined();
    return faults;
  }

  it('hostile 47, 50: cut short by a death, or by a failure, at any operation is finished by the next session', async () => {
    const { operations } = await runGone(nothing);
    for (let point = 1; point <= operations; point++) {
      const moment = DEATH_MOMENTS[point % DEATH_MOMENTS.length] ?? 'before';
      await runGone(faultAt(point, { kind: 'death', moment }));
      await runGone(faultAt(point, { kind: 'fail', code: 'other' }));
    }
  });
});
