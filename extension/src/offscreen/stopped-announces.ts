import type { StoppedRequest } from '@jstorrent/bridge-protocol';
import type { StopAnnounce } from '@jstorrent/engine';

/** No tracker takes longer ones. */
const MAX_URL_CHARS = 8 * 1024;
/** Nor does a datagram that long pass everywhere. */
const MAX_DATAGRAM_BYTES = 1400;

/** The part of a session that keeps announces. */
interface Holder {
  holdStoppedRequest(request: StoppedRequest): void;
}

/**
 * Keeps one ready `stopped` announce for each tracker of each torrent with the helper, which sends them when the browser is gone: no
 * event of the browser's end ever reaches the engine.
 */
export class StoppedAnnounces {
  /** By key: what the helper was told, as text; undefined when that may have been lost. */
  #held = new Map<string, string | undefined>();
  #holder: Holder | undefined;

  /** Has everything told again: what was on its way to the helper may have been lost with a lane. */
  reset(): void {
    for (const key of this.#held.keys()) this.#held.set(key, undefined);
  }

  /** Tells the helper what differs. `holder` is undefined while there is none; a new one holds nothing yet. */
  update(holder: Holder | undefined, announces: readonly StopAnnounce[]): void {
    if (holder !== this.#holder) this.#held = new Map();
    this.#holder = holder;
    if (!holder) return;
    const wanted = new Map(announces.filter(fits).map((announce) => [announce.key, requestOf(announce)]));
    for (const key of this.#held.keys()) {
      if (!wanted.has(key)) holder.holdStoppedRequest({ key, url: null, headers: {} });
    }
    const told = new Map<string, string>();
    for (const [key, request] of wanted) {
      const text = `${request.url} ${request.datagram ?? ''}`;
      if (this.#held.get(key) !== text) holder.holdStoppedRequest(request);
      told.set(key, text);
    }
    this.#held = told;
  }
}

function fits({ url, datagram }: StopAnnounce): boolean {
  return url.length <= MAX_URL_CHARS && (datagram?.length ?? 0) <= MAX_DATAGRAM_BYTES;
}

function requestOf({ key, url, headers, family, datagram }: StopAnnounce): StoppedRequest {
  return { key, url, headers, family, datagram: datagram?.toBase64() };
}
