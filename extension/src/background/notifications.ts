import browser from 'webextension-polyfill';
import { type PlainKey, t } from '../i18n/t.js';
import type { HostRequest } from '../lib/host-messages.js';
import { PAGE_PATHS } from '../rpc/pages.js';
import { showPage } from '../rpc/show-page.js';

type Notify = Extract<HostRequest, { type: 'notify' }>;

const TITLES: Readonly<Record<Notify['kind'], PlainKey>> = {
  finished: 'notifyFinished',
  failed: 'notifyFailed',
  attention: 'notifyAttention',
};

/** Undefined without the optional permission. */
const api = (): typeof chrome.notifications | undefined =>
  (chrome as { readonly notifications?: typeof chrome.notifications }).notifications;

/** Shows a notification; the name is foreign text, of which Chrome makes no markup. */
export async function showNotification({ kind, name }: Notify): Promise<void> {
  await api()?.create({
    type: 'basic',
    iconUrl: browser.runtime.getURL('extension/icons/icon-128.png'),
    title: t(TITLES[kind]),
    message: name,
  });
}

/** A click on one shows the list. Called whenever the service worker starts, and after the permission came. */
export function takeNotificationClicks(): void {
  api()?.onClicked.addListener((id) => {
    void api()?.clear(id);
    void showPage(PAGE_PATHS.manager);
  });
}
