/** `npm start`: sets up what is missing, builds, and hands over to the compiled `start.ts`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, CHROMIUM, ensureDependencies, ensurePrograms, ROOT, run, tool } from './bootstrap.mjs';

checkNode();
ensureDependencies();
ensurePrograms([CHROMIUM]);
run('Building', tool('tsc'), ['-b', 'scripts', 'shared/engine/src/cli', 'daemon-bridge']);
run('Building the extension', tool('vite'), ['build', '--logLevel', 'warn']);
const script = join(ROOT, 'scripts', 'dist', 'start.js');
// Ctrl-C reaches the child as well; this process waits until it has cleaned up.
process.on('SIGINT', () => undefined);
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
