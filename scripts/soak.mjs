/**
 * `npm run soak`: runs that take minutes to hours and print their figures (vitest project `soak`); `npm test` leaves them out. With
 * `-- NAME...` only the files whose path contains one of the names.
 */
import { checkNode, ensureDependencies, ensurePrograms, run, TEST_PROGRAMS, tool } from './bootstrap.mjs';

checkNode();
ensureDependencies();
ensurePrograms(TEST_PROGRAMS);
run('Types', tool('tsc'), ['-b']);
run('Extension build', tool('vite'), ['build', '--logLevel', 'warn']);
run('Soak', tool('vitest'), ['run', '--project=soak', '--disable-console-intercept=true', ...process.argv.slice(2)]);
