import type { SeededRandom } from '../mocks/index.js';

/** What a host does for the engine, one call each. */
export type OperationName =
  | 'file.open'
  | 'file.stat'
  | 'file.list'
  | 'file.createDirectory'
  | 'file.remove'
  | 'file.rename'
  | 'file.read'
  | 'file.write'
  | 'file.truncate'
  | 'file.flush'
  | 'file.publish'
  | 'store.keys'
  | 'store.get'
  | 'store.put'
  | 'store.delete'
  | 'tcp.connect'
  | 'tcp.send'
  | 'tcp.listen'
  | 'udp.bind'
  | 'name.resolve'
  | 'http.get'
  /** One frame of the bridge, to the helper or from it. */
  | 'frame.up'
  | 'frame.down';

/** An operation that is about to happen. */
interface Operation {
  readonly name: OperationName;
  /** The path, key or address it is done to. */
  readonly target: string;
  /** How many there were in this run, this one included. */
  readonly ordinal: number;
}

/**
 * What becomes of an operation. `fail`: nothing happens, and it is refused with the typed error of its interface; `code` has to be one of
 * that. `tear`: a part happens, then it is refused (what cannot happen in part does not happen). `stall`: it happens, late. `death`: it is
 * the last of the process, which ends before, within or after it; what was written stays.
 */
export type Fault =
  | { readonly kind: 'fail'; readonly code: string }
  | { readonly kind: 'tear' }
  | { readonly kind: 'stall'; readonly forMs: number }
  | { readonly kind: 'death'; readonly moment: DeathMoment };

export const DEATH_MOMENTS = ['before', 'within', 'after'] as const;
export type DeathMoment = (typeof DEATH_MOMENTS)[number];

/** Decides about each operation; undefined lets it happen. */
export type FaultPlan = (operation: Operation) => Fault | undefined;

const FILE_WRITE_STALL_MS = 2000;

/** Files are written with a delay that differs from write to write: long enough for a record to overtake them. */
export const slowDisk: FaultPlan = ({ name, ordinal }) =>
  name === 'file.write' ? { kind: 'stall', forMs: (ordinal * 499) % FILE_WRITE_STALL_MS } : undefined;

/** One operation has this fault; `otherwise` decides about the rest. */
export const faultAt =
  (ordinal: number, fault: Fault, otherwise: FaultPlan = () => undefined): FaultPlan =>
  (operation) =>
    operation.ordinal === ordinal ? fault : otherwise(operation);

const FILE_CODES = ['no-space', 'permission', 'locked', 'other'];
const SOCKET_CODES = ['refused', 'timeout', 'unreachable', 'bridge-lost'];
const FRAME_CODES = ['reset', 'bridge-lost', 'lane-lost', 'worker-lost', 'garbled'];

/** Errors that an operation may end with, by the interface it belongs to. */
export function codesOf(name: OperationName): readonly string[] {
  if (name.startsWith('file.')) return FILE_CODES;
  if (name.startsWith('store.')) return ['other'];
  if (name.startsWith('frame.')) return FRAME_CODES;
  if (name === 'http.get') return ['connect', 'timeout', 'bridge-lost'];
  if (name === 'name.resolve') return ['dns', 'bridge-lost'];
  return name === 'tcp.send' ? ['reset', 'bridge-lost'] : SOCKET_CODES;
}

/** So many operations in a thousand fail, tear or stall, drawn from `random`. */
export function scatteredFaults(random: SeededRandom, perMille: number): FaultPlan {
  return ({ name }) => {
    if (random.integer(1000) >= perMille) return undefined;
    const kind = random.integer(3);
    if (kind === 0) return { kind: 'stall', forMs: random.integer(10_000) };
    if (kind === 1) return { kind: 'tear' };
    const codes = codesOf(name);
    return { kind: 'fail', code: codes[random.integer(codes.length)] ?? 'other' };
  };
}
