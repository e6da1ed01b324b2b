import browser from 'webextension-polyfill';
import { t } from '../i18n/t.js';
import { PAGE_PATHS } from '../rpc/pages.js';

const MENU_ID = 'download-link';

/**
 * Catches the navigation to the registered protocol handler's page, which is the fallback. The answer 204 leaves the user's page where it is, and opens no tab.
 * A frame gets nothing: a page may not put ours into itself.
 */
export function takeMagnetNavigations(scope: ServiceWorkerScope, take: (magnet: string) => void): void {
  scope.addEventListener('fetch', (event) => {
    const { mode, destination, url } = event.request;
    const { pathname, searchParams } = new URL(url);
    if (mode !== 'navigate' || pathname !== `/${PAGE_PATHS.magnet}`) return;
    if (destination !== 'document') {
      event.respondWith(new Response(null, { status: 403 }));
      return;
    }
    const magnet = searchParams.get('magnet');
    if (!magnet) return;
    take(magnet);
    // Without a type of its own Chrome takes the answer for a download, and shows one that failed.
    event.respondWith(new Response(null, { status: 204, headers: { 'Content-Type': 'text/html' } }));
  });
}

/**
 * The context menu of links: for .torrent files, and for who has not made us the handler of magnet links. Called when the extension is
 * installed. It is there for every link, because no `targetUrlPatterns` but `<all_urls>` matches a magnet link (Chromium 148).
 */
export async function createLinkMenu(): Promise<void> {
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({ id: MENU_ID, title: t('downloadWithJsTorrent'), contexts: ['link'] });
}

export function takeLinkMenuClicks(take: (link: string) => void): void {
  browser.contextMenus.onClicked.addListener(({ menuItemId, linkUrl }) => {
    if (menuItemId === MENU_ID && linkUrl !== undefined) take(linkUrl);
  });
}
