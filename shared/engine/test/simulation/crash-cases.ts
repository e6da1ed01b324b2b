import {
  codesOf,
  DEATH_MOMENTS,
  type DeathMoment,
  faultAt,
  type FaultPlan,
  scatteredFaults,
  slowDisk,
} from '../faults/fault-plan.js';
import { SeededRandom } from '../mocks/index.js';
import { type CrashScene, CrashWorld } from './crash-world.js';
import { SHAPES } from './samples.js';

/** One run of a {@link CrashWorld}. Written as `deaths|single|7|3` it can be given back to `JSTORRENT_REPLAY`. */
export interface CrashCase {
  /**
   * `death`: the client dies at operation `point`. `fault`: that operation fails, tears or stalls. `deaths`: it dies again and again.
   * `storm`: operations fail at random, files, records and sockets alike, and it dies in between.
   */
  readonly kind: 'death' | 'fault' | 'deaths' | 'storm';
  readonly scene: string;
  readonly seed: number;
  /** Of one operation, from 1; for the others the number of deaths. */
  readonly point: number;
  /** Which moment or fault, by its index. */
  readonly variant: number;
}

/** What may be played, by name. */
export type CrashScenes = ReadonlyMap<string, CrashScene>;

/** Every shape in place, and published to a folder. */
export const SCENES: CrashScenes = new Map<string, CrashScene>([
  ...Array.from(SHAPES, ([name, sample]) => [name, { sample }] as const),
  ...Array.from(SHAPES, ([name, sample]) => [`published ${name}`, { sample, isPublished: true }] as const),
]);

/** Every shape with pieces too long for the memory. */
export const LONG_PIECES: CrashScenes = new Map<string, CrashScene>(
  Array.from(SHAPES, ([name, sample]) => [`sectioned ${name}`, { sample, isSectioned: true }] as const),
);

/** Faults that one operation is tried with; they differ by their index. */
const FAULT_VARIANTS = 4;
const FAULT_KINDS = ['stall', 'tear', 'fail'] as const;
const STALL_MS = 30_000;
const LONGEST_LIFE_OPERATIONS = 40;
const STORM_PER_MILLE = 30;
const LONGEST_WAIT_MS = 3000;

const deathMoment = (variant: number): DeathMoment => DEATH_MOMENTS[variant % DEATH_MOMENTS.length] ?? 'before';

/** By scene: how many operations a download takes, from the start of the client to its last piece. */
export async function countOperations(scenes: CrashScenes): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [name, scene] of scenes) {
    const world = await CrashWorld.open(1, scene);
    const { faults } = await world.live();
    await world.proceed();
    counts.set(name, faults.operations);
    await world.finish();
  }
  return counts;
}

/** Runs one case to its end. Rejects with what went wrong and how to run it again. */
export async function runCase(scenes: CrashScenes, crash: CrashCase): Promise<void> {
  const scene = scenes.get(crash.scene);
  if (!scene) throw new Error(`no scene ${crash.scene}`);
  try {
    await run(scene, crash);
  } catch (error) {
    const replay = [crash.kind, crash.scene, crash.seed, crash.point, crash.variant].join('|');
    throw new Error(`again with JSTORRENT_REPLAY='${replay}': ${String(error)}`, { cause: error });
  }
}

/** Some cases drawn at random, or the one that the environment asks for. */
export async function casesToRun(
  scenes: CrashScenes,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<readonly CrashCase[]> {
  const replay = process.env['JSTORRENT_REPLAY'];
  if (replay !== undefined) return [parseReplay(replay)];
  const operations = await countOperations(scenes);
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => drawCase(random, operations));
}

/** Every operation in every scene dying at each moment, and failing in several ways. */
export function everyCase(operations: ReadonlyMap<string, number>): readonly CrashCase[] {
  const variants = [
    ['death', DEATH_MOMENTS.length],
    ['fault', FAULT_VARIANTS],
  ] as const;
  return variants.flatMap(([kind, count]) =>
    [...operations].flatMap(([scene, points]) =>
      Array.from({ length: points * count }, (_, index) => {
        return { kind, scene, seed: 1, point: 1 + Math.floor(index / count), variant: index % count };
      }),
    ),
  );
}

function parseReplay(text: string): CrashCase {
  const [kind = '', scene = '', seed, point, variant] = text.split('|');
  return { kind: kind as CrashCase['kind'], scene, seed: Number(seed), point: Number(point), variant: Number(variant) };
}

/** Draws a case; `operations` is how many operations a download in each scene takes. */
export function drawCase(random: SeededRandom, operations: ReadonlyMap<string, number>): CrashCase {
  const scenes = [...operations.keys()];
  const scene = scenes[random.integer(scenes.length)] ?? '';
  const kinds = ['death', 'death', 'fault', 'deaths', 'storm'] as const;
  const kind = kinds[random.integer(kinds.length)] ?? 'death';
  const isOfOneOperation = kind === 'death' || kind === 'fault';
  const point = isOfOneOperation ? 1 + random.integer(operations.get(scene) ?? 1) : 1 + random.integer(8);
  return { kind, scene, seed: random.integer(2 ** 16), point, variant: random.integer(12) };
}

async function run(scene: CrashScene, crash: CrashCase): Promise<void> {
  const world = await CrashWorld.open(crash.seed, scene);
  const random = new SeededRandom(crash.seed);
  for (const plan of plansOf(crash)) {
    const { faults } = await world.live(plan);
    if (crash.kind !== 'death' && crash.kind !== 'fault') await world.pause(random.integer(LONGEST_WAIT_MS));
    await world.proceed();
    // Complete with its fault, or before it came to its death.
    if (!faults.isDead) await world.leave();
  }
  await world.live();
  await world.proceed();
  await world.finish();
}

/** What happens in each life but the last, in which nothing does. */
function plansOf({ kind, seed, point, variant }: CrashCase): readonly FaultPlan[] {
  const random = new SeededRandom(seed);
  const diesLater = (otherwise: FaultPlan): FaultPlan => {
    const moment = deathMoment(random.integer(DEATH_MOMENTS.length));
    return faultAt(1 + random.integer(LONGEST_LIFE_OPERATIONS), { kind: 'death', moment }, otherwise);
  };
  switch (kind) {
    case 'death':
      return [faultAt(point, { kind: 'death', moment: deathMoment(variant) }, slowDisk)];
    case 'fault':
      return [singleFault(point, variant)];
    case 'deaths':
      return Array.from({ length: point }, () => diesLater(slowDisk));
    case 'storm':
      return Array.from({ length: point }, () => diesLater(scatteredFaults(random, STORM_PER_MILLE)));
  }
}

function singleFault(point: number, variant: number): FaultPlan {
  return (operation) => {
    if (operation.ordinal !== point) return slowDisk(operation);
    const kind = FAULT_KINDS[variant % FAULT_KINDS.length] ?? 'fail';
    if (kind === 'stall') return { kind, forMs: STALL_MS };
    if (kind === 'tear') return { kind };
    const codes = codesOf(operation.name);
    return { kind, code: codes[variant % codes.length] ?? 'other' };
  };
}
