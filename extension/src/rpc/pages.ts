/** Where the extension's own pages lie, for `chrome.runtime.getURL`. The manifest names the same paths. */
export const PAGE_PATHS = {
  manager: 'extension/src/ui/manager/index.html',
  setup: 'extension/src/ui/setup/index.html',
  /** The magnet handler; `?magnet=` holds the link. */
  magnet: 'extension/src/ui/magnet/index.html',
} as const;

/** At the end of the manager's address: opens with the settings. */
export const SETTINGS_HASH = '#settings';
