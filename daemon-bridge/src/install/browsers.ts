import { join } from 'node:path';

/** A browser that reads native-messaging host manifests. */
export interface Browser {
  /** What `--browser` takes. */
  readonly name: string;
  /** Folder of its user data, below the platform's folder for configurations. The manifests are in `NativeMessagingHosts` in it. */
  readonly linux?: string;
  readonly mac?: string;
  /** Registry key below HKCU that names the hosts. */
  readonly windows?: string;
}

export const BROWSERS: readonly Browser[] = [
  { name: 'chrome', linux: 'google-chrome', mac: 'Google/Chrome', windows: 'Software\\Google\\Chrome' },
  { name: 'chrome-beta', linux: 'google-chrome-beta', mac: 'Google/Chrome Beta' },
  { name: 'chrome-unstable', linux: 'google-chrome-unstable', mac: 'Google/Chrome Canary' },
  { name: 'chromium', linux: 'chromium', mac: 'Chromium', windows: 'Software\\Chromium' },
  {
    name: 'brave',
    linux: 'BraveSoftware/Brave-Browser',
    mac: 'BraveSoftware/Brave-Browser',
    windows: 'Software\\BraveSoftware\\Brave-Browser',
  },
  { name: 'edge', linux: 'microsoft-edge', mac: 'Microsoft Edge', windows: 'Software\\Microsoft\\Edge' },
  { name: 'vivaldi', linux: 'vivaldi', mac: 'Vivaldi', windows: 'Software\\Vivaldi' },
  { name: 'opera', linux: 'opera', mac: 'com.operasoftware.Opera', windows: 'Software\\Opera Software' },
];

/** Where the installer runs; everything it reads from the system, so that tests can stand in for it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** XDG_CONFIG_HOME, or LOCALAPPDATA on Windows. */
  readonly configHome: string | undefined;
  /** The running Node. */
  readonly node: string;
  /** Absolute path of bin/jstorrent-bridge.js. */
  readonly program: string;
}

/** One place to register the helper in. */
export interface Location {
  /** Browser name, or the folder given by `--manifest-dir`. */
  readonly label: string;
  readonly manifestDir: string;
  /** Folder that exists when the browser has been used; undefined: register without looking. */
  readonly userDataDir?: string;
  /** Registry key that has to point to the manifest, on Windows. */
  readonly registryKey?: string;
}

const MANIFESTS = 'NativeMessagingHosts';

/** Where `browser` looks for host manifests on `machine`; undefined when it does not exist there. */
export function browserLocation(browser: Browser, machine: Machine): Location | undefined {
  if (machine.platform === 'win32') {
    if (browser.windows === undefined) return undefined;
    const base = machine.configHome ?? join(machine.home, 'AppData', 'Local');
    return {
      label: browser.name,
      manifestDir: join(base, 'JSTorrent', browser.name),
      registryKey: `HKCU\\${browser.windows}\\${MANIFESTS}`,
    };
  }
  const folder = machine.platform === 'darwin' ? browser.mac : browser.linux;
  if (folder === undefined) return undefined;
  const base =
    machine.platform === 'darwin'
      ? join(machine.home, 'Library', 'Application Support')
      : (machine.configHome ?? join(machine.home, '.config'));
  const userDataDir = join(base, folder);
  return { label: browser.name, manifestDir: join(userDataDir, MANIFESTS), userDataDir };
}
