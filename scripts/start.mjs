/** `npm start`: sets up what is missing, builds, and hands over to the compiled `start.ts`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, CHROMIUM, ensureDependencies, ensurePrograms, ROOT, run } from './bootstrap.mjs';

checkNode();
ensureDependencies();
ensurePrograms([CHROMIUM]);
run('Building', 'npm', ['run', '--silent', 'build']);
const script = join(ROOT, 'scripts', 'dist', 'start.js');
// Ctrl-C reaches the child as well; this process waits until it has cleaned up.
process.on('SIGINT', () => undefined);
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
