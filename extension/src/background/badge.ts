import browser from 'webextension-polyfill';
import type { HostRequest } from '../lib/host-messages.js';

const DOWNLOADS_COLOR = '#1d6fd8';
const PENDING_COLOR = '#c2410c';

/** Shows how many torrents download; while magnets wait for an answer, that they do. */
export async function showBadge({ downloads, pending }: Extract<HostRequest, { type: 'setBadge' }>): Promise<void> {
  const downloadsText = downloads > 0 ? String(downloads) : '';
  await browser.action.setBadgeBackgroundColor({ color: pending > 0 ? PENDING_COLOR : DOWNLOADS_COLOR });
  await browser.action.setBadgeText({ text: pending > 0 ? '?' : downloadsText });
}
