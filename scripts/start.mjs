/** `npm start`: sets up what is missing, builds, and hands over to the compiled `start.ts`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, CHROMIUM, ensureDependencies, ensurePrograms, ROOT, run, tool } from './bootstrap.mjs';

checkNode();
ensureDependencies();
ensurePrograms([CHROMIUM]);
run('Building', tool('tsc'), ['-b', 'scripts', 'shared/engine/src/cli', 'daemon-bridge']);
run('Building the extension', tool('vite'), ['build', '--logLevel', 'warn']);
const script = join(ROOT, 'scripts', 'dist', 'start.js');
const demo = spawn(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches the child as well, a signal to this process alone does not; either way it waits until the child has cleaned up.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.once('exit', (code) => process.exit(code ?? 1));
