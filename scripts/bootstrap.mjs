/**
 * What `npm start` and `npm test` need before anything of this repository can run: only Node and npm are there. So this file and its two
 * users import nothing but Node's own modules and are not compiled.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
const NEEDED_NODE = [20, 19];

/** @typedef {{ program: string, debian: string, test?: string[] }} Program `test`: a command that exits 0 when it is there. */

/** @type {Program} */
export const CHROMIUM = { program: 'chromium', debian: 'chromium' };

/** The peers and tools that the tests run against. @type {readonly Program[]} */
export const TEST_PROGRAMS = [
  CHROMIUM,
  { program: 'aria2c', debian: 'aria2' },
  { program: 'transmission-daemon', debian: 'transmission-daemon' },
  { program: 'qbittorrent-nox', debian: 'qbittorrent-nox' },
  { program: 'opentracker', debian: 'opentracker' },
  { program: 'ip', debian: 'iproute2' },
  { program: 'Xvfb', debian: 'xvfb' },
  { program: 'xdotool', debian: 'xdotool' },
  {
    program: 'python3 with libtorrent',
    debian: 'python3-libtorrent',
    test: ['/usr/bin/python3', '-c', 'import libtorrent'],
  },
];

/** Ends the process with one line when Node is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1])) return;
  fail(`Node ${NEEDED_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** Installs the locked dependencies unless they are what the lock file says. */
export function ensureDependencies() {
  if (areDependenciesCurrent()) return;
  // Not `npm ci`: it refuses a lock file without the bindings of other platforms, which not every registry has. Versions are the locked
  // ones all the same. Install scripts only build native parts of test peers that the tests do without.
  run('Installing dependencies', 'npm', ['install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund']);
}

/** Everything that `package-lock.json` locks is installed in that version; what is optional may be missing. */
function areDependenciesCurrent() {
  const installedList = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const installed = read(installedList);
  return Object.entries(read(join(ROOT, 'package-lock.json'))).every(([place, locked]) => {
    if (!place.includes('node_modules/') || locked.optional || locked.link) return true;
    return installed[place]?.version === locked.version;
  });
}

/** Installs missing programs on Debian as root; elsewhere says what to install and ends the process. */
export function ensurePrograms(programs) {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(({ debian }) => debian);
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('Updating the package list', 'apt-get', ['update', '-qq'], { env });
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
    run(`Installing ${packages.join(', ')}`, 'apt-get', install, { env });
    return;
  }
  const names = missing.map(({ program }) => program).join(', ');
  fail(`Missing: ${names}. Please install (Debian, Ubuntu: sudo apt-get install ${packages.join(' ')}) and run again.`);
}

function isInstalled({ program, test }) {
  if (program === CHROMIUM.program && process.env.JSTORRENT_CHROMIUM) return true;
  if (test) return spawnSync(test[0], test.slice(1), { stdio: 'ignore' }).status === 0;
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a command in the root with its output shown, prints how long it took, and ends the process when it fails. */
export function run(title, command, args, options = {}) {
  const code = tryRun(title, command, args, options);
  if (code !== 0) fail(`${title}: failed (${command} exited with ${code}).`);
}

/** As `run`, but returns the exit code. */
export function tryRun(title, command, args, options = {}) {
  process.stdout.write(`\n== ${title}\n`);
  const started = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error) process.stdout.write(`${error.message}\n`);
  process.stdout.write(`== ${title}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return status ?? 1;
}

/** As `tryRun`, without standing in the way of others: what it says is shown when it has ended. */
export function tryRunBeside(title, command, args) {
  const started = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  child.on('error', ({ message }) => output.push(Buffer.from(`${message}\n`)));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      process.stdout.write(`\n== ${title}\n${Buffer.concat(output)}`);
      process.stdout.write(`== ${title}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
      resolve(status ?? 1);
    });
  });
}

/** The path of a tool that the dependencies bring. */
export function tool(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
