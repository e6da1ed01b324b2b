/** What the tests of other packages need to play crashes with their own part of the way to the network. */
export { FaultInjector } from '../faults/fault-injector.js';
export { casesToRun, countOperations, type CrashScenes, drawCase, everyCase, runCase } from './crash-cases.js';
export type { HostLink, OpenHostLink } from './crash-world.js';
export { SHAPES } from './samples.js';
export { runAll } from '../soak/run-all.js';
