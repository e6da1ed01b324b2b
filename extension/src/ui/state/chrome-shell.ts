import { FolderHandles } from '../../rpc/folder-handles.js';
import { PAGE_PATHS, SETTINGS_HASH } from '../../rpc/pages.js';
import { showPage } from '../../rpc/show-page.js';
import type { OptionalPermission, Shell } from './shell.js';

async function withFolders<T>(use: (folders: FolderHandles) => Promise<T>): Promise<T> {
  const folders = await FolderHandles.open();
  try {
    return await use(folders);
  } finally {
    folders.close();
  }
}

/** Chrome reads what is behind an object URL some time after the click. */
const DOWNLOAD_START_MS = 60_000;

/** Undefined when the user closed the picker. */
async function unlessAborted<T>(picked: Promise<T>): Promise<T | undefined> {
  try {
    return await picked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** The extension's pages as they are in Chrome. */
export function createChromeShell(): Shell {
  const refused = new Set<OptionalPermission>();
  let windowId: number | undefined;
  // Asked now, because the side panel opens only in the same turn as the click.
  void chrome.windows.getCurrent().then(({ id }) => {
    windowId = id;
  });
  return {
    openManager: () => void showPage(PAGE_PATHS.manager),
    openSetup: () => void showPage(PAGE_PATHS.setup),
    openSettings: () => void showPage(PAGE_PATHS.manager + SETTINGS_HASH),
    openSidePanel: () => {
      if (windowId !== undefined) void chrome.sidePanel.open({ windowId });
    },
    chooseSaveTarget: async (suggestedName) => {
      const handle = await unlessAborted(window.showSaveFilePicker({ suggestedName, startIn: 'downloads' }));
      return handle?.createWritable();
    },
    isTab: document.documentElement.dataset['view'] === 'manager',
    pickFolder: async () => {
      const options = { id: 'downloads', mode: 'readwrite', startIn: 'downloads' } as const;
      const folder = await unlessAborted(window.showDirectoryPicker(options));
      return folder && withFolders((folders) => folders.add(folder));
    },
    keepFolder: async (folder) => {
      // Where a drop does not count as a click it stays to be asked for, with a button.
      const permission = await folder.requestPermission({ mode: 'readwrite' }).catch(() => undefined);
      if (permission !== 'granted' && permission !== undefined) return undefined;
      return withFolders((folders) => folders.add(folder));
    },
    requestFolder: (id) =>
      withFolders(async (folders) => {
        const stored = await folders.get(id);
        return (await stored?.handle.requestPermission({ mode: 'readwrite' })) === 'granted';
      }),
    requestPermission: async (name) => {
      // Asked again, it would use up the click that the user gave for something else.
      if (refused.has(name)) return false;
      const isGiven = await chrome.permissions.request({ permissions: [name] });
      if (!isGiven) refused.add(name);
      return isGiven;
    },
    dropPermission: async (name) => {
      await chrome.permissions.remove({ permissions: [name] });
    },
    downloadFile: (name, content) => {
      const url = URL.createObjectURL(content);
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_START_MS);
    },
    copyText: (text) => navigator.clipboard.writeText(text),
    registerMagnetHandler: () => {
      navigator.registerProtocolHandler('magnet', `${chrome.runtime.getURL(PAGE_PATHS.magnet)}?magnet=%s`);
    },
  };
}
