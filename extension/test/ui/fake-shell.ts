import type { Shell } from '../../src/ui/state/shell.js';

/** A browser that does nothing but remember what it was asked. */
export function fakeShell(change: Partial<Shell> = {}): Shell & { readonly calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => (): void => void calls.push(name);
  return {
    calls,
    openManager: note('openManager'),
    openSidePanel: note('openSidePanel'),
    openSettings: note('openSettings'),
    openSetup: note('openSetup'),
    registerMagnetHandler: note('registerMagnetHandler'),
    isTab: true,
    pickFolder: () => Promise.resolve(undefined),
    keepFolder: () => Promise.resolve(undefined),
    requestFolder: (id) => {
      calls.push(`requestFolder ${id}`);
      return Promise.resolve(true);
    },
    requestPermission: (name) => {
      calls.push(`requestPermission ${name}`);
      return Promise.resolve(true);
    },
    dropPermission: (name) => {
      calls.push(`dropPermission ${name}`);
      return Promise.resolve();
    },
    chooseSaveTarget: () => Promise.resolve(undefined),
    downloadFile: (name, content) => {
      calls.push(`downloadFile ${name}, ${content.size} bytes`);
    },
    copyText: (text) => {
      calls.push(`copy ${text}`);
      return Promise.resolve();
    },
    ...change,
  };
}
