import browser from 'webextension-polyfill';
import { type HostRequest, isMessage } from '../lib/host-messages.js';
import { PAGE_PATHS } from '../rpc/pages.js';
import type { WorkerMessage, WorkerReply } from '../rpc/worker-messages.js';
import { saveDownload } from './downloads.js';
import { EngineDocument } from './engine-document.js';
import { setKeepAwake } from './keep-awake.js';
import { createLinkMenu, takeLinkMenuClicks, takeMagnetNavigations } from './link-intake.js';
import { showNotification, takeNotificationClicks } from './notifications.js';
import { NativeRelay } from './native-relay.js';
import { Popup } from './popup.js';
import { isAsking, showToolbar } from './toolbar.js';

/** Composes the service worker. It keeps no state that matters and may die at any time. */

const engine = new EngineDocument();
const relay = new NativeRelay();
const popup = new Popup({
  now: () => performance.now(),
  delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  show: () => browser.action.openPopup(),
  isAsking,
});

type Request = HostRequest | WorkerMessage;

const handlers: { readonly [Type in Request['type']]: (request: Extract<Request, { type: Type }>) => Promise<void> } = {
  ensureEngine: () => engine.ensure(),
  takeMagnet: ({ magnet }) => takeLink(magnet),
  openBridge: async () => relay.open(await engine.openPort()),
  showToolbar,
  saveDownload,
  setKeepAwake,
  notify: showNotification,
  reload: () => {
    browser.runtime.reload();
    return Promise.resolve();
  },
};

/** One question for the user, however often the link is clicked. */
async function takeLink(link: string): Promise<void> {
  const offer = engine.offerLink(link);
  await offer.catch(() => undefined);
  // The popup asks, or says why the link cannot be taken or the engine does not start; the badge asks too.
  await popup.open();
  await offer;
}

chrome.runtime.onMessage.addListener((message: unknown, _sender, reply: (reply: WorkerReply) => void) => {
  if (!isMessage<Request>(message, Object.keys(handlers) as Request['type'][])) return false;
  (handlers[message.type] as (request: Request) => Promise<void>)(message).then(
    () => reply({ ok: true }),
    (error: unknown) => reply({ ok: false, message: error instanceof Error ? error.message : String(error) }),
  );
  return true;
});

browser.runtime.onStartup.addListener(() => void engine.ensure());
browser.runtime.onInstalled.addListener(({ reason }) => {
  void createLinkMenu();
  void engine.ensure();
  if (reason === 'install') void showFirstRun();
});

/** Not to those who load it from a folder, over and over. */
async function showFirstRun(): Promise<void> {
  const { installType } = await browser.management.getSelf();
  if (installType !== 'development') await browser.tabs.create({ url: browser.runtime.getURL(PAGE_PATHS.setup) });
}
// The engine says when. Without an engine there is nothing to wait for.
browser.runtime.onUpdateAvailable.addListener(() => {
  engine.updateAvailable().catch(() => {
    browser.runtime.reload();
  });
});
takeMagnetNavigations(self as unknown as ServiceWorkerScope, (magnet) => void takeLink(magnet));
takeLinkMenuClicks((link) => void takeLink(link));
takeNotificationClicks();
browser.permissions.onAdded.addListener(({ permissions = [] }) => {
  if (permissions.includes('notifications')) takeNotificationClicks();
});
