import { join } from 'node:path';
export const BROWSERS = [
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
const MANIFESTS = 'NativeMessagingHosts';
/** Where `browser` looks for host manifests on `machine`; undefined when it does not exist there. */
export function browserLocation(browser, machine) {
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
//# sourceMappingURL=browsers.js.map
