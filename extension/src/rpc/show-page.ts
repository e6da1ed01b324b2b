/** Brings one of the extension's pages, named as in `PAGE_PATHS` and perhaps with a hash, to the front: in the tab that has it, or in a new one. */
export async function showPage(path: string): Promise<void> {
  const url = chrome.runtime.getURL(path);
  const [page] = url.split('#');
  const tabs = await chrome.runtime.getContexts({ contextTypes: ['TAB'] });
  const tab = tabs.find(({ documentUrl }) => documentUrl?.split('#')[0] === page);
  if (!tab) {
    await chrome.tabs.create({ url });
    return;
  }
  // The same address again would load the page anew.
  await chrome.tabs.update(tab.tabId, { active: true, ...(url === page ? {} : { url }) });
  await chrome.windows.update(tab.windowId, { focused: true });
}
