import { expect } from 'vitest';
import { DEATH_MOMENTS, faultAt, type FaultPlan } from '../faults/fault-plan.js';
import type { MemoryPublishedFiles } from '../mocks/index.js';
import { ALBUM, DeedWorld } from './deed-world.js';

/** Something a user does with a torrent, which may be cut short anywhere and done again. */
interface Deed {
  readonly prepare: (world: DeedWorld) => Promise<unknown>;
  /** What has become of the disk or the session by the next start. */
  readonly spoil?: (world: DeedWorld) => void;
  readonly act: (world: DeedWorld) => Promise<unknown>;
  /** What the user does in the middle of it. */
  readonly interrupt?: (world: DeedWorld) => void;
  /** Does what is left to do and says what has come of it. */
  readonly judge: (world: DeedWorld) => Promise<unknown>;
}

/** One run of a deed; `point` is the operation that it is about, from 1. */
export interface DeedCase {
  readonly deed: string;
  readonly point: number;
  /** `interrupt`: the user does something at that operation, and death follows when there is a `moment`. */
  readonly kind: 'death' | 'fail' | 'interrupt';
  readonly variant: number;
}

const CODES = ['permission', 'no-space', 'locked', 'other'];
/** Operations from an interruption to a death that follows it. */
const LAST_OPERATIONS = 3;
const UNDO_MS = 10_000;

const PATHS = ['a.bin', 'b.bin', 'empty.txt', 'tiny.txt'];
const A_BIN = 0;
const B_BIN = 3;

const namesIn = async (files: MemoryPublishedFiles, path: string) =>
  (await files.contents.list(path)).map(({ name }) => name);

/** Nothing was downloaded for it, and all of it is under `root`. */
async function expectWhole(world: DeedWorld, root: string, downloadedBytes: number): Promise<void> {
  const { torrent } = world;
  torrent?.start();
  await world.swarm.clock.runUntil(() => torrent?.state.kind === 'seeding');
  expect(torrent?.snapshot()).toMatchObject({ root, downloadedBytes });
  expect(await world.missing()).toEqual([]);
}

const relocating: Deed = {
  prepare: async (world) => {
    for (const [path, bytes] of ALBUM.files) {
      world.folder.contents.writeFile(path.replace(/^album/, 'Best of'), bytes.slice());
    }
    await world.swarm.add(world.node, { metainfo: ALBUM.metainfo }, { start: false });
  },
  act: async ({ node, torrent }) => {
    await node.client.places.relocate(ALBUM.id, { root: 'folder' });
    torrent?.start();
  },
  interrupt: ({ torrent }) => torrent?.start(),
  judge: async (world) => {
    await world.swarm.clock.settle(relocating.act(world));
    await expectWhole(world, 'folder', 0);
    expect(await namesIn(world.folder, '')).toEqual(['Best of']);
    expect(await namesIn(world.folder, 'Best of')).toEqual(PATHS);
    expect(world.node.fileSystem.usedBytes).toBe(0);
  },
};

/** The user moved the folder away, and tells where to. */
const following: Deed = {
  ...relocating,
  prepare: (world) => world.complete('folder'),
  spoil: (world) => void world.folder.contents.rename('album', 'Best of'),
  judge: async (world) => {
    await world.swarm.clock.settle(relocating.act(world));
    await expectWhole(world, 'folder', ALBUM.content.length);
    expect(await namesIn(world.folder, 'Best of')).toEqual(PATHS);
    expect(world.node.fileSystem.usedBytes).toBe(0);
  },
};

const movingTo = (from: string, to: string): Deed => ({
  prepare: (world) => world.complete(from),
  act: ({ node }) => node.client.places.move(ALBUM.id, to),
  interrupt: ({ torrent }) => torrent?.start(),
  judge: async (world) => {
    await world.swarm.clock.settle(world.node.client.places.move(ALBUM.id, to));
    await expectWhole(world, to, ALBUM.content.length);
    expect(await namesIn(to === 'other' ? world.other : world.folder, 'album')).toEqual(PATHS);
    expect(world.node.fileSystem.usedBytes).toBe(0);
    // A death leaves copies behind, which nobody goes back to.
    if (from === 'folder') expect(['album', undefined]).toContain((await namesIn(world.folder, ''))[0]);
  },
});

const choosing: Deed = {
  prepare: (world) => world.complete('default'),
  act: async (world) => {
    world.torrent?.recheck();
    await world.wait(1000);
    world.torrent?.choose({ priorities: [{ priority: 4, fileIndices: [A_BIN, B_BIN] }] });
  },
  interrupt: ({ torrent }) => {
    torrent?.choose({ priorities: [{ priority: 0, fileIndices: [B_BIN] }] });
    torrent?.choose({ priorities: [{ priority: 7, fileIndices: [A_BIN] }] });
  },
  judge: async (world) => {
    world.torrent?.choose({ priorities: [{ priority: 4, fileIndices: [A_BIN, B_BIN] }] });
    await expectWhole(world, 'default', ALBUM.content.length);
  },
};

/** A crash came before the record of what was written. */
const probing: Deed = {
  prepare: async (world) => {
    const { node, swarm } = world;
    await swarm.add(node, { metainfo: ALBUM.metainfo }, { start: false });
    for (const [path, bytes] of ALBUM.files) node.fileSystem.writeFile(path, bytes.slice());
  },
  act: async (world) => {
    world.torrent?.start();
    await world.wait(1000);
  },
  interrupt: ({ torrent }) => void torrent?.stop(),
  judge: (world) => expectWhole(world, 'default', 0),
};

const hurrying: Deed = {
  prepare: (world) => world.complete('default'),
  act: async (world) => {
    world.swarm.tracker.isHanging = true;
    const stopped = world.torrent?.stop();
    await world.wait(1000);
    world.torrent?.start();
    await stopped;
    world.swarm.tracker.isHanging = false;
  },
  interrupt: ({ torrent }) => torrent?.start(),
  judge: async (world) => {
    world.swarm.tracker.isHanging = false;
    await expectWhole(world, 'default', ALBUM.content.length);
  },
};

const undoing: Deed = {
  prepare: (world) => world.complete('folder'),
  act: async ({ node, wait }) => {
    await node.client.remove(ALBUM.id, { deleteFiles: true, undoMs: UNDO_MS });
    await wait(1000);
    await node.client.undoRemove(ALBUM.id);
  },
  judge: async (world) => {
    if (world.torrent) {
      await expectWhole(world, 'folder', ALBUM.content.length);
      return;
    }
    // Death came after the removal was promised and before it was taken back: then all of it goes.
    await world.swarm.clock.advance(2 * UNDO_MS);
    expect(await namesIn(world.folder, '')).toEqual([]);
    expect(world.node.fileSystem.usedBytes).toBe(0);
    expect([...world.node.records.keys()].filter((key) => key.includes(ALBUM.id))).toEqual([]);
  },
};

const DEEDS: Readonly<Record<string, Deed>> = {
  'relocating to files that are there': relocating,
  'relocating to where the user moved them': following,
  'moving from a folder to another': movingTo('folder', 'other'),
  'moving from staging to a folder': movingTo('default', 'folder'),
  'choosing files during a recheck': choosing,
  'looking for pieces that are not on record': probing,
  'starting while a stop waits for the tracker': hurrying,
  'taking a removal back': undoing,
};

/** Every operation of every deed, with every way it may go wrong. */
export async function everyDeedCase(): Promise<readonly DeedCase[]> {
  const cases: DeedCase[] = [];
  for (const [deed, { interrupt }] of Object.entries(DEEDS)) {
    const operations = await play(deed, () => () => undefined);
    const kinds = [
      { kind: 'death' as const, variants: DEATH_MOMENTS.length },
      { kind: 'fail' as const, variants: CODES.length },
      // The last one without a death.
      { kind: 'interrupt' as const, variants: interrupt ? DEATH_MOMENTS.length + 1 : 0 },
    ];
    for (const { kind, variants } of kinds) {
      for (let index = 0; index < operations * variants; index++) {
        cases.push({ deed, kind, point: 1 + Math.floor(index / variants), variant: index % variants });
      }
    }
  }
  return cases;
}

/** Rejects with what went wrong, and in which case. */
export async function runDeed({ deed, kind, point, variant }: DeedCase): Promise<void> {
  try {
    await play(deed, (world) => planOf({ deed, kind, point, variant }, world));
  } catch (error) {
    throw new Error(`${deed}, ${kind} ${variant} at operation ${point}: ${String(error)}`, { cause: error });
  }
}

/** Resolves with the number of operations in the life with the deed. */
async function play(name: string, plan: (world: DeedWorld) => FaultPlan): Promise<number> {
  const deed = DEEDS[name];
  if (!deed) throw new Error(`no deed ${name}`);
  const world = new DeedWorld();
  await world.open(deed.prepare);
  deed.spoil?.(world);
  const { operations } = await world.live(plan(world), deed.act);
  await world.end(deed.judge);
  return operations;
}

function planOf({ deed, kind, point, variant }: DeedCase, world: DeedWorld): FaultPlan {
  const moment = DEATH_MOMENTS[variant];
  if (kind === 'fail') return faultAt(point, { kind: 'fail', code: CODES[variant] ?? 'other' });
  if (kind === 'death') return faultAt(point, { kind: 'death', moment: moment ?? 'before' });
  const interrupted: FaultPlan = ({ ordinal }) => {
    if (ordinal === point) queueMicrotask(() => DEEDS[deed]?.interrupt?.(world));
    return undefined;
  };
  return moment ? faultAt(point + LAST_OPERATIONS, { kind: 'death', moment }, interrupted) : interrupted;
}
