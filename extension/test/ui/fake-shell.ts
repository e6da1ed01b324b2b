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
    chooseSaveTarget: () => Promise.resolve(undefined),
    copyText: (text) => {
      calls.push(`copy ${text}`);
      return Promise.resolve();
    },
    ...change,
  };
}
