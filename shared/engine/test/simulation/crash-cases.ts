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

/** Every shape in place, and one that is published to a folder. */
export const SCENES: ReadonlyMap<string, CrashScene> = new Map<string, CrashScene>([
  ...Array.from(SHAPES, ([name, sample]) => [name, { sample }] as const),
  ...Array.from(SHAPES, ([name, sample]) => [`published ${name}`, { sample, isPublished: true }] as const),
]);

const FAULT_KINDS = ['stall', 'tear', 'fail'] as const;
const STALL_MS = 30_000;
const LONGEST_LIFE_OPERATIONS = 40;
const STORM_PER_MILLE = 30;
const LONGEST_WAIT_MS = 3000;

const deathMoment = (variant: number): DeathMoment => DEATH_MOMENTS[variant % DEATH_MOMENTS.length] ?? 'before';

/** How many operations a download takes, from the start of the client to its last piece. */
export async function countOperations(scene: string, seed: number): Promise<number> {
  const world = await openWorld(scene, seed);
  const { faults } = await world.live();
  await world.proceed();
  const { operations } = faults;
  await world.finish();
  return operations;
}

/** Runs one case to its end. Rejects with what went wrong and how to run it again. */
export async function runCase(crash: CrashCase): Promise<void> {
  try {
    await run(crash);
  } catch (error) {
    const replay = [crash.kind, crash.scene, crash.seed, crash.point, crash.variant].join('|');
    throw new Error(`again with JSTORRENT_REPLAY='${replay}': ${String(error)}`, { cause: error });
  }
}

/** The case that the environment asks for, alone. */
export function parseReplay(text: string): CrashCase {
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

async function openWorld(name: string, seed: number): Promise<CrashWorld> {
  const scene = SCENES.get(name);
  if (!scene) throw new Error(`no scene ${name}`);
  return CrashWorld.open(seed, scene);
}

async function run(crash: CrashCase): Promise<void> {
  const world = await openWorld(crash.scene, crash.seed);
  const random = new SeededRandom(crash.seed);
  for (const plan of plansOf(crash)) {
    const { faults } = await world.live(plan);
    if (crash.kind !== 'death' && crash.kind !== 'fault') await world.pause(random.integer(LONGEST_WAIT_MS));
    await world.proceed();
    // Complete before it came to its fault or death.
    if (!faults.isDead) faults.die();
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
