import { access, chmod, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NATIVE_HOST_NAME } from '@jstorrent/bridge-protocol';
import { addRegistryValue, deleteRegistryKey } from './registry.js';
/** Files of a registration: the manifest that the browser reads and the launcher that it starts. */
function registrationFiles({ manifestDir }, { platform }) {
  const base = join(manifestDir, NATIVE_HOST_NAME);
  return { manifest: `${base}.json`, launcher: base + (platform === 'win32' ? '.bat' : '.sh') };
}
/** Registers the helper for the extensions in `extensionIds`, replacing what was there. Returns the manifest's path. */
export async function register(location, machine, extensionIds) {
  const { manifest, launcher } = registrationFiles(location, machine);
  await mkdir(location.manifestDir, { recursive: true });
  await writeFile(launcher, launcherText(machine, extensionIds));
  await chmod(launcher, 0o755);
  const content = {
    name: NATIVE_HOST_NAME,
    description: 'Sockets for the JSTorrent extension',
    path: launcher,
    type: 'stdio',
    allowed_origins: extensionIds.map((id) => `chrome-extension://${id}/`),
  };
  await writeFile(manifest, `${JSON.stringify(content, undefined, 2)}\n`);
  if (location.registryKey !== undefined) {
    await addRegistryValue(`${location.registryKey}\\${NATIVE_HOST_NAME}`, manifest);
  }
  return manifest;
}
/** Takes the registration back. Returns whether there was one. */
export async function unregister(location, machine) {
  const { manifest, launcher } = registrationFiles(location, machine);
  const existed = await isReadable(manifest);
  await rm(manifest, { force: true });
  await rm(launcher, { force: true });
  if (existed && location.registryKey !== undefined) {
    await deleteRegistryKey(`${location.registryKey}\\${NATIVE_HOST_NAME}`);
  }
  return existed;
}
/** Looks at a registration as the browser would. */
export async function inspect(location, machine) {
  const { manifest, launcher } = registrationFiles(location, machine);
  if (!(await isReadable(manifest))) return { state: 'absent' };
  const origins = await allowedOrigins(manifest, launcher);
  if (!origins) return { state: 'broken', problem: `${manifest} is not a manifest of this helper` };
  const script = await readFile(launcher, 'utf8').catch(() => '');
  if (!(await isExecutable(launcher))) return { state: 'broken', problem: `${launcher} cannot be started` };
  for (const path of [machine.node, machine.program]) {
    if (!script.includes(path)) return { state: 'broken', problem: `${launcher} starts another helper: install again` };
    if (!(await isReadable(path))) return { state: 'broken', problem: `${path} is gone` };
  }
  return { state: 'working', extensionIds: origins };
}
async function allowedOrigins(manifest, launcher) {
  try {
    const content = JSON.parse(await readFile(manifest, 'utf8'));
    if (typeof content !== 'object' || content === null || !('path' in content) || content.path !== launcher) {
      return undefined;
    }
    const origins = 'allowed_origins' in content ? content.allowed_origins : undefined;
    if (!Array.isArray(origins)) return undefined;
    return origins.map((origin) => /^chrome-extension:\/\/([a-p]{32})\/$/.exec(String(origin))?.[1] ?? String(origin));
  } catch {
    return undefined;
  }
}
/** A script that becomes the helper: browsers start a manifest's `path` with no arguments of our own. */
function launcherText({ platform, node, program }, extensionIds) {
  const ids = extensionIds.map((id) => `--extension-id=${id}`).join(' ');
  if (platform === 'win32') return `@echo off\r\n"${node}" "${program}" host ${ids} %*\r\n`;
  return `#!/bin/sh\nexec ${shellQuote(node)} ${shellQuote(program)} host ${ids} "$@"\n`;
}
function shellQuote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
function isReadable(path) {
  return hasAccess(path, constants.R_OK);
}
function isExecutable(path) {
  return hasAccess(path, constants.X_OK);
}
async function hasAccess(path, mode) {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
//# sourceMappingURL=registration.js.map
