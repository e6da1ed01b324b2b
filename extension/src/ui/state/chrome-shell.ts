import { PAGE_PATHS, SETTINGS_HASH } from '../../rpc/pages.js';
import type { Shell } from './shell.js';

const openTab = (path: string): void => void chrome.tabs.create({ url: chrome.runtime.getURL(path) });

/** The extension's pages as they are in Chrome. */
export function createChromeShell(): Shell {
  let windowId: number | undefined;
  // Asked now, because the side panel opens only in the same turn as the click.
  void chrome.windows.getCurrent().then(({ id }) => {
    windowId = id;
  });
  return {
    openManager: () => openTab(PAGE_PATHS.manager),
    openSetup: () => openTab(PAGE_PATHS.setup),
    openSettings: () => openTab(PAGE_PATHS.manager + SETTINGS_HASH),
    openSidePanel: () => {
      if (windowId !== undefined) void chrome.sidePanel.open({ windowId });
    },
    chooseSaveTarget: async (suggestedName) => {
      try {
        const handle = await window.showSaveFilePicker({ suggestedName, startIn: 'downloads' });
        return await handle.createWritable();
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') return undefined;
        throw error;
      }
    },
    copyText: (text) => navigator.clipboard.writeText(text),
    registerMagnetHandler: () => {
      navigator.registerProtocolHandler('magnet', `${chrome.runtime.getURL(PAGE_PATHS.magnet)}?magnet=%s`);
    },
  };
}
