import type { BadgeChoice } from '../rpc/types.js';

/** One-off messages between the service worker and the engine's document, by `runtime.sendMessage`. */

/** What goes on, as far as the toolbar button shows it. */
export interface ToolbarState {
  readonly badge: BadgeChoice;
  /** Torrents that download. */
  readonly downloads: number;
  /** How far they are together, 0 to 1. */
  readonly progress: number;
  /** Of everything, in bytes a second. */
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** Questions and notices that wait for the user. */
  readonly pending: number;
}

/** To the service worker. */
export type HostRequest =
  /** Start a fresh helper. Its message port comes by `postMessage`, beside a runtime port that ends with the service worker. */
  | { readonly type: 'openBridge' }
  /** What the toolbar button shows. */
  | { readonly type: 'showToolbar'; readonly state: ToolbarState }
  /** Save what an object URL of the document names; answered once it is saved, or else with a {@link SaveFailure} as the message. */
  | { readonly type: 'saveDownload'; readonly url: string; readonly filename: string }
  /** Tell the user, wherever they look, of a download. Without effect while the permission `notifications` is not given. */
  | { readonly type: 'notify'; readonly kind: 'finished' | 'failed' | 'attention'; readonly name: string }
  /** Whether the computer may fall asleep. Without effect while the permission `power` is not given. */
  | { readonly type: 'setKeepAwake'; readonly isOn: boolean }
  /** Nothing is under way that a fresh start would disturb: take the update. */
  | { readonly type: 'reload' };

/** Why a file did not get to Chrome's downloads. */
export type SaveFailure = 'no-permission' | 'save-cancelled' | 'save-failed';

/** To the engine's document. */
export type WorkerRequest =
  /** Answered once the engine runs. */
  | { readonly type: 'whenReady' }
  /** A magnet link, or the web address of a .torrent file, from outside: to be confirmed by the user. */
  | { readonly type: 'offerLink'; readonly link: string }
  /** A new version of the extension waits for a reload. */
  | { readonly type: 'updateAvailable' };

/** The document's answer. */
export type HostAnswer = { readonly ok: true } | { readonly ok: false; readonly message: string };

/**
 * Marks the message that brings the document its port to the helper, and names the runtime port beside it: no event tells a message
 * port that the service worker at its other end died.
 */
export const BRIDGE_PORT = 'jstorrent-bridge-port';

/** Where the engine's document lies in the package. */
export const OFFSCREEN_PATH = 'extension/src/offscreen/index.html';

/** Whether `message` is one of the named kinds: everything of the extension shares the channel. */
export function isMessage<M extends { readonly type: string }>(
  message: unknown,
  types: readonly M['type'][],
): message is M {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return (types as readonly unknown[]).includes(message.type);
}
