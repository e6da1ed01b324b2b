import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXTENSION_ID } from '@jstorrent/bridge-protocol';
import { HELPER_VERSION } from '../version.js';
import { BROWSERS, browserLocation } from './browsers.js';
import { inspect, register, unregister } from './registration.js';
const USAGE = `jstorrent-bridge ${HELPER_VERSION}: the helper that gives the JSTorrent extension its sockets

  jstorrent-bridge install    [--browser NAME | --manifest-dir DIR] [--extension-id ID]...
  jstorrent-bridge uninstall  [--browser NAME | --manifest-dir DIR]
  jstorrent-bridge doctor     [--browser NAME | --manifest-dir DIR]
  jstorrent-bridge --version

Without --browser or --manifest-dir: every browser of this user.
Browsers: ${BROWSERS.map(({ name }) => name).join(', ')}
`;
/** A mistake in the command line, with the sentence to print. */
class UsageError extends Error {
  name = 'UsageError';
}
const COMMANDS = { install, uninstall, doctor };
/** The commands for people. Resolves to the exit code. */
export async function runInstaller(args) {
  try {
    const { command, options } = parseCommand(args);
    return command ? await command(thisMachine(), options) : 0;
  } catch (error) {
    process.stderr.write(`jstorrent-bridge: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
function parseCommand(args) {
  const { values, positionals } = parseOptions(args);
  const options = {
    browser: values.browser,
    manifestDir: values['manifest-dir'],
    extensionIds: values['extension-id'] ?? [EXTENSION_ID],
  };
  if (values.version || values.help) {
    print(values.version ? HELPER_VERSION : USAGE.trimEnd());
    return { options };
  }
  const [name = '', ...rest] = positionals;
  const command = COMMANDS[name];
  if (!command || rest.length > 0) throw new UsageError(`no such command\n\n${USAGE}`);
  const badId = options.extensionIds.find((id) => !/^[a-p]{32}$/.test(id));
  if (badId !== undefined) throw new UsageError(`not an extension id: ${badId}`);
  return { command, options };
}
function parseOptions(args) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        browser: { type: 'string' },
        'manifest-dir': { type: 'string' },
        'extension-id': { type: 'string', multiple: true },
        version: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
function thisMachine() {
  const { platform, env } = process;
  return {
    platform,
    home: homedir(),
    configHome: platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CONFIG_HOME,
    node: process.execPath,
    program: fileURLToPath(new URL('../../bin/jstorrent-bridge.js', import.meta.url)),
  };
}
/** The places that the options name; all browsers of this platform without options. */
function locations(machine, { browser, manifestDir }) {
  if (browser !== undefined && manifestDir !== undefined) throw new UsageError('--browser or --manifest-dir, not both');
  if (manifestDir !== undefined) return [{ label: manifestDir, manifestDir: resolve(manifestDir) }];
  const found = BROWSERS.filter(({ name }) => browser === undefined || name === browser)
    .map((candidate) => browserLocation(candidate, machine))
    .filter((location) => location !== undefined);
  if (found.length === 0) throw new UsageError(`no browser ${browser ?? ''} on ${machine.platform}`);
  return found;
}
async function install(machine, options) {
  const isUsed = ({ userDataDir }) => userDataDir === undefined || existsSync(userDataDir);
  const all = locations(machine, options);
  const wanted = options.browser === undefined ? all.filter(isUsed) : all;
  if (wanted.length === 0) throw new Error('found no browser of this user; name one with --browser');
  for (const location of wanted) {
    print(`${location.label}: ${await register(location, machine, options.extensionIds)}`);
  }
  return 0;
}
async function uninstall(machine, options) {
  for (const location of locations(machine, options)) {
    if (await unregister(location, machine)) print(`${location.label}: removed`);
  }
  return 0;
}
/** Exit code 0 when at least one registration works and none is broken. */
async function doctor(machine, options) {
  const reports = await Promise.all(
    locations(machine, options).map(async (location) => ({ location, found: await inspect(location, machine) })),
  );
  for (const { location, found } of reports) {
    if (found.state === 'working') print(`${location.label}: works, for ${found.extensionIds.join(', ')}`);
    else if (found.state === 'broken') print(`${location.label}: ${found.problem}`);
    else print(`${location.label}: not installed`);
  }
  const states = reports.map(({ found }) => found.state);
  return states.includes('working') && !states.includes('broken') ? 0 : 1;
}
function print(line) {
  process.stdout.write(`${line}\n`);
}
//# sourceMappingURL=cli.js.map
