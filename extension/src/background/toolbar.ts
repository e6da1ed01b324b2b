import browser from 'webextension-polyfill';
import { t, tn } from '../i18n/t.js';
import type { ToolbarState } from '../lib/host-messages.js';
import { formatPercent, formatRate } from '../ui/state/format.js';

const DOWNLOADS_COLOR = '#1d6fd8';
const PENDING_COLOR = '#c2410c';
const PENDING_BADGE = '?';

const BADGES: { readonly [Badge in ToolbarState['badge']]: (state: ToolbarState) => string } = {
  none: () => '',
  downloads: ({ downloads }) => (downloads > 0 ? String(downloads) : ''),
  // Four characters have room.
  percent: ({ downloads, progress }) => (downloads > 0 ? `${Math.floor(progress * 100)}%` : ''),
};

/** What the button says under the mouse: how fast everything is, and what it does. */
function titleOf({ downloads, progress, downloadRate, uploadRate, pending }: ToolbarState): string {
  const lines = ['JSTorrent'];
  if (pending > 0) lines.push(t('linkWaits'));
  if (downloadRate > 0 || uploadRate > 0)
    lines.push(t('toolbarRates', { down: formatRate(downloadRate), up: formatRate(uploadRate) }));
  if (downloads > 0) lines.push(tn('toolbarDownloads', downloads, { percent: formatPercent(progress) }));
  return lines.join('\n');
}

/** Shows on the toolbar button what goes on; while magnets wait for an answer, that they do. */
export async function showToolbar({ state }: { readonly state: ToolbarState }): Promise<void> {
  const isPending = state.pending > 0;
  await Promise.all([
    browser.action.setBadgeBackgroundColor({ color: isPending ? PENDING_COLOR : DOWNLOADS_COLOR }),
    browser.action.setBadgeText({ text: isPending ? PENDING_BADGE : BADGES[state.badge](state) }),
    browser.action.setTitle({ title: titleOf(state) }),
  ]);
}

/** Something waits for the user, as the button says. */
export async function isAsking(): Promise<boolean> {
  return (await browser.action.getBadgeText({})) === PENDING_BADGE;
}
