import type { StoppedRequest } from '@jstorrent/bridge-protocol';

/** No tracker takes longer ones. */
const MAX_URL_CHARS = 8 * 1024;

/** The part of a session that keeps announces. */
interface Holder {
  holdStoppedRequest(request: StoppedRequest): void;
}

/**
 * Keeps one ready `stopped` announce for each tracker of each torrent with the helper, which sends them when the browser is gone: no
 * event of the browser's end ever reaches the engine.
 */
export class StoppedAnnounces {
  #held = new Map<string, string | undefined>();
  #holder: Holder | undefined;

  /** Has everything told again: what was on its way to the helper may have been lost with a lane. */
  reset(): void {
    for (const key of this.#held.keys()) this.#held.set(key, undefined);
  }

  /** Tells the helper what differs. `holder` is undefined while there is none; a new one holds nothing yet. */
  update(holder: Holder | undefined, urls: readonly string[]): void {
    if (holder !== this.#holder) this.#held = new Map();
    this.#holder = holder;
    if (!holder) return;
    const wanted = new Map(urls.filter((url) => url.length <= MAX_URL_CHARS).map((url) => [keyOf(url), url]));
    for (const key of this.#held.keys()) {
      if (!wanted.has(key)) holder.holdStoppedRequest({ key, url: null, headers: {} });
    }
    for (const [key, url] of wanted) {
      if (this.#held.get(key) !== url) holder.holdStoppedRequest({ key, url, headers: {} });
    }
    this.#held = wanted;
  }
}

/** Tracker, its own query (often a passkey) and torrent, without what changes. */
function keyOf(url: string): string {
  return url.replace(/(?<=[?&])(?:port|uploaded|downloaded|left|trackerid)=[^&]*/g, '');
}
