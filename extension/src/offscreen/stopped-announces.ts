import type { StoppedRequest } from '@jstorrent/bridge-protocol';

/** The part of a session that keeps announces. */
interface Holder {
  holdStoppedRequest(request: StoppedRequest): void;
}

/**
 * Keeps one ready `stopped` announce for each tracker of each torrent with the helper, which sends them when the browser is gone: no
 * event of the browser's end ever reaches the engine.
 */
export class StoppedAnnounces {
  #held = new Map<string, string>();
  #holder: Holder | undefined;

  /** Tells the helper what differs. `holder` is undefined while there is none; a new one holds nothing yet. */
  update(holder: Holder | undefined, urls: readonly string[]): void {
    if (holder !== this.#holder) this.#held = new Map();
    this.#holder = holder;
    if (!holder) return;
    const wanted = new Map(urls.map((url) => [keyOf(url), url]));
    for (const key of this.#held.keys()) {
      if (!wanted.has(key)) holder.holdStoppedRequest({ key, url: null, headers: {} });
    }
    for (const [key, url] of wanted) {
      if (this.#held.get(key) !== url) holder.holdStoppedRequest({ key, url, headers: {} });
    }
    this.#held = wanted;
  }
}

/** Tracker and torrent, without the counters that change. */
function keyOf(url: string): string {
  const infoHash = /[?&]info_hash=([^&]*)/.exec(url)?.[1] ?? '';
  return `${url.split('?', 1)[0] ?? ''} ${infoHash}`;
}
