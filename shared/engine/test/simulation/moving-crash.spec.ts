import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan } from '../faults/fault-plan.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 6,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE + 1, 'empty.txt': 0, 'tiny.txt': 7, 'b.bin': 4 * PIECE },
});
const nothing: FaultPlan = () => undefined;

/** A complete torrent in a folder that is moved back into staging, and nobody to download it from. */
class MovingWorld {
  readonly swarm = new VirtualSwarm(3);
  readonly folder = new MemoryPublishedFiles({ detachBuffers: true, clock: this.swarm.clock });
  readonly #host = this.swarm.network.host('10.0.0.2');
  node!: SwarmNode;

  async open(): Promise<void> {
    const { swarm, folder } = this;
    const seed = await swarm.node('10.0.0.1');
    await swarm.seedFrom(seed, sample);
    this.node = await swarm.node('10.0.0.2', { sockets: this.#host, folder });
    await swarm.complete([await swarm.add(this.node, { metainfo: sample.metainfo }, { root: 'folder' })]);
    await swarm.close([this.node, seed]);
  }

  async live(plan: FaultPlan): Promise<FaultInjector> {
    const { clock } = this.swarm;
    const faults = new FaultInjector({ clock, plan, onDeath: () => this.#host.crash() });
    const { folder } = this;
    this.node = await this.swarm.node('10.0.0.2', { sockets: this.#host, faults, folder, earlier: this.node });
    if (faults.isDead || this.node.startError) return faults;
    const torrent = () => this.node.client.get(sample.id);
    await clock.runUntil(() => faults.isDead || ['seeding', 'failed'].includes(torrent()?.state.kind ?? ''));
    if (torrent()?.state.kind === 'failed') torrent()?.start();
    await clock.settle(
      Promise.race([this.node.client.places.move(sample.id, 'default').catch(() => undefined), faults.died]),
    );
    await clock.advance(5000);
    return faults;
  }
}

async function run(plan: FaultPlan): Promise<number> {
  const world = new MovingWorld();
  await world.open();
  const faults = await world.live(plan);
  faults.die();
  const last = await world.live(nothing);
  const torrent = world.node.client.get(sample.id);
  await world.swarm.clock.runUntil(() => torrent?.state.kind === 'seeding');
  expect(torrent?.snapshot()).toMatchObject({ root: 'default', downloadedBytes: sample.content.length });
  expect(hasAllFiles(world.node, sample)).toBe(true);
  await world.swarm.close([world.node]);
  last.die();
  return faults.operations;
}

describe('a move out of a folder', () => {
  it('hostile 47: cut short by a death at any operation loses and downloads nothing, and can be done again', async () => {
    const operations = await run(nothing);
    for (let point = 1; point <= operations; point++) {
      const moment = DEATH_MOMENTS[point % DEATH_MOMENTS.length] ?? 'before';
      await run(faultAt(point, { kind: 'death', moment })).catch((error: unknown) => {
        throw new Error(`death ${moment} operation ${point}: ${String(error)}`, { cause: error });
      });
    }
  });

  it('hostile 50: of which any one operation fails loses and downloads nothing, and can be done again', async () => {
    const operations = await run(nothing);
    for (let point = 1; point <= operations; point++) {
      const code = ['permission', 'no-space', 'locked', 'other'][point % 4] ?? 'other';
      await run(faultAt(point, { kind: 'fail', code })).catch((error: unknown) => {
        throw new Error(`${code} at operation ${point}: ${String(error)}`, { cause: error });
      });
    }
  });
});
