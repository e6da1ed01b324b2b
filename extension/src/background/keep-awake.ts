import type { HostRequest } from '../lib/host-messages.js';

/** Chrome keeps to it also while the service worker sleeps. The screen may go dark. */
export function setKeepAwake({ isOn }: Extract<HostRequest, { type: 'setKeepAwake' }>): Promise<void> {
  // Undefined without the optional permission.
  const power = (chrome as { readonly power?: typeof chrome.power }).power;
  if (isOn) power?.requestKeepAwake('system');
  else power?.releaseKeepAwake();
  return Promise.resolve();
}
