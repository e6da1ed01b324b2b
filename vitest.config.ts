import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@jstorrent/source', 'module', 'node', 'development'] };
const ssr = { resolve };

/** No test waits for this long; it ends one that hangs, also where a machine is slow and busy. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Vitest itself would leave one core alone, of two every other. */
const CORES = availableParallelism();
/** They wait for the timers of other clients far more than they work. */
const INTEROP_FILES_AT_A_TIME = 3;

/** One project a kind of test, so that each can run alone: `npx vitest run --project engine`. */
const project = (name: string, include: string[], more: object = {}) => ({
  resolve,
  ssr,
  test: { name, include, environment: 'node', maxWorkers: CORES, ...patience, ...more },
});

export default defineConfig({
  test: {
    projects: [
      project('engine', [
        'shared/engine/test/{utils,protocol,core,tracker,dht,lsd,integration,compliance,io,mocks,cli}/**/*.spec.ts',
      ]),
      project('simulation', ['shared/engine/test/simulation/**/*.spec.ts']),
      project('interop', ['shared/engine/test/interop/**/*.spec.ts'], {
        testTimeout: 300_000,
        maxWorkers: INTEROP_FILES_AT_A_TIME,
        sequence: { groupOrder: 1 },
      }),
      project('bridge-protocol', ['shared/bridge-protocol/test/**/*.spec.ts']),
      project('daemon-bridge', ['daemon-bridge/test/**/*.spec.ts']),
      project('extension', ['extension/test/**/*.spec.{ts,tsx}'], { setupFiles: ['extension/test/i18n/setup.ts'] }),
      project('e2e', ['extension/e2e/**/*.spec.ts'], {
        testTimeout: 300_000,
        fileParallelism: false,
      }),
      // Long runs, not part of `npm test`; `npm run soak`.
      project('soak', ['shared/engine/test/**/*.soak.ts', 'extension/{test,e2e}/**/*.soak.ts'], {
        testTimeout: 12 * 3_600_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        execArgv: ['--expose-gc'],
      }),
    ],
  },
});
