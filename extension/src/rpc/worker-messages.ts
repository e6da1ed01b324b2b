/** One-off messages from a view to the service worker, by `chrome.runtime.sendMessage`. */
export type WorkerMessage =
  /** Answered once the engine host listens for ports. */
  | { readonly type: 'ensureEngine' }
  /** A magnet that reached a page of ours instead of the service worker: to be kept as a pending add. */
  | { readonly type: 'takeMagnet'; readonly magnet: string };

export type WorkerReply = { readonly ok: true } | { readonly ok: false; readonly message: string };
