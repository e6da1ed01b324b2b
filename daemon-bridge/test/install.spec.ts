import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXTENSION_ID, NATIVE_HOST_NAME } from '@jstorrent/bridge-protocol';
import packageJson from '../package.json' with { type: 'json' };
import { hostOrigin } from '../src/host-origin.js';
import { BROWSERS, browserLocation, type Machine } from '../src/install/browsers.js';
import { PROGRAM } from './helper-process.js';

const run = promisify(execFile);
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jstorrent bridge '));
});
afterEach(() => rm(home, { recursive: true }));

async function bridge(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { HOME: home, PATH: process.env.PATH };
  try {
    const { stdout, stderr } = await run(process.execPath, [PROGRAM, ...args], { env });
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

describe('jstorrent-bridge', () => {
  it('registers itself for the browsers of this user, and takes it back', async () => {
    await mkdir(join(home, '.config/chromium'), { recursive: true });
    expect((await bridge('doctor')).code).toBe(1);
    expect((await bridge('install')).code).toBe(0);
    const folder = join(home, '.config/chromium/NativeMessagingHosts');
    expect(await readdir(join(home, '.config'))).toEqual(['chromium']);
    const manifest = JSON.parse(await readFile(join(folder, `${NATIVE_HOST_NAME}.json`), 'utf8')) as { path: string };
    expect(manifest).toEqual({
      name: NATIVE_HOST_NAME,
      description: expect.any(String) as string,
      path: join(folder, `${NATIVE_HOST_NAME}.sh`),
      type: 'stdio',
      allowed_origins: [`chrome-extension://${EXTENSION_ID}/`],
    });
    expect((await stat(manifest.path)).mode & 0o777).toBe(0o755);
    const report = await bridge('doctor');
    expect(report).toMatchObject({ code: 0 });
    expect(report.out).toContain(`chromium: works, for ${EXTENSION_ID}`);
    expect((await bridge('uninstall')).code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('registers in a folder of choice, for extensions of choice, with a launcher that starts the helper', async () => {
    const id = 'c'.repeat(32);
    const folder = join(home, "it's here");
    expect((await bridge('install', '--manifest-dir', folder, '--extension-id', id)).code).toBe(0);
    const launcher = join(folder, `${NATIVE_HOST_NAME}.sh`);
    const ended = run(launcher, [`chrome-extension://${id}/`]);
    ended.child.stdin?.end();
    await expect(ended).resolves.toEqual({ stdout: '', stderr: '' });
    await expect(run(launcher, [`chrome-extension://${EXTENSION_ID}/`])).rejects.toMatchObject({ code: 2 });
  });

  it('finds what is wrong with a registration', async () => {
    await bridge('install', '--manifest-dir', home);
    await writeFile(join(home, `${NATIVE_HOST_NAME}.sh`), '#!/bin/sh\nexec /old/node /old/bridge.js host "$@"\n');
    expect(await bridge('doctor', '--manifest-dir', home)).toMatchObject({
      code: 1,
      out: expect.stringContaining('starts another helper') as string,
    });
    await writeFile(join(home, `${NATIVE_HOST_NAME}.json`), '{}');
    expect((await bridge('doctor', '--manifest-dir', home)).out).toContain('not a manifest');
  });

  it('tells its version, and refuses what it does not know', async () => {
    expect(await bridge('--version')).toEqual({ code: 0, out: `${packageJson.version}\n` });
    expect((await bridge('--help')).out).toContain('--manifest-dir');
    expect((await bridge('install')).code).toBe(1);
    for (const args of [
      [],
      ['dance'],
      ['--dance'],
      ['install', '--browser', 'x'],
      ['install', '--extension-id', 'x'],
    ]) {
      expect((await bridge(...args)).code).toBe(2);
    }
  });
});

describe('the table of browsers', () => {
  const machine = (platform: NodeJS.Platform, configHome?: string): Machine => ({
    platform,
    home: '/home/me',
    configHome,
    node: 'node',
    program: 'bridge',
  });
  const dir = (name: string, where: Machine) => {
    const browser = BROWSERS.find((candidate) => candidate.name === name);
    return browser && browserLocation(browser, where);
  };

  it('knows where each platform keeps host manifests', () => {
    expect(dir('chrome', machine('linux'))?.manifestDir).toBe('/home/me/.config/google-chrome/NativeMessagingHosts');
    expect(dir('edge', machine('linux', '/cfg'))?.manifestDir).toBe('/cfg/microsoft-edge/NativeMessagingHosts');
    expect(dir('brave', machine('darwin'))?.manifestDir).toBe(
      '/home/me/Library/Application Support/BraveSoftware/Brave-Browser/NativeMessagingHosts',
    );
    expect(dir('vivaldi', machine('win32', '/local'))).toMatchObject({
      manifestDir: '/local/JSTorrent/vivaldi',
      registryKey: 'HKCU\\Software\\Vivaldi\\NativeMessagingHosts',
    });
    expect(dir('chrome-beta', machine('win32'))).toBeUndefined();
  });
});

describe('the origin that Chrome names', () => {
  it('is taken only from an extension the helper was installed for', () => {
    const own = `chrome-extension://${EXTENSION_ID}`;
    const other = `chrome-extension://${'d'.repeat(32)}`;
    expect(hostOrigin([`${own}/`, '--parent-window=0'])).toBe(own);
    expect(hostOrigin([`--extension-id=${'d'.repeat(32)}`, `--extension-id=${EXTENSION_ID}`, `${own}/`])).toBe(own);
    expect(hostOrigin([`${other}/`])).toBeUndefined();
    expect(hostOrigin([own])).toBeUndefined();
    expect(hostOrigin([])).toBeUndefined();
  });
});
