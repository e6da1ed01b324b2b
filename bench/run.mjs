/**
 * `npm run bench`: loads the benchmark from its sources. The drivers of the real peers, which it shares with the interop tests, are never
 * compiled either: they find their helper programs beside themselves.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)), { configFile: false });
// Whatever a failed row has left behind must not keep the process.
process.exit(await module.main(process.argv.slice(2)));
