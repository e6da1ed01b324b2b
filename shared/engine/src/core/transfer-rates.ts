import type { IClock } from '../interfaces/clock.js';
import type { ConnectionRates } from './peer-connection.js';
import { RateBucket } from './rate-bucket.js';
import { RateLimiter } from './rate-limiter.js';

/** Bytes a second each way; 0 is no limit. */
export interface RateLimits {
  readonly download: number;
  readonly upload: number;
}

/** The limits of one torrent, within those of all. */
export class TorrentRates {
  readonly #limiters: RateLimiters;
  readonly #receive = new RateBucket();
  readonly #send = new RateBucket();

  constructor(limiters: RateLimiters) {
    this.#limiters = limiters;
  }

  setLimits({ download, upload }: RateLimits): void {
    this.#limiters.receive.setLimit(this.#receive, download);
    this.#limiters.send.setLimit(this.#send, upload);
  }

  /** For one more connection of the torrent, which ends them. */
  connect(): ConnectionRates {
    return {
      receive: this.#limiters.receive.createFlow(this.#receive),
      send: this.#limiters.send.createFlow(this.#send),
    };
  }
}

/** What limits the connections of a client, each way. */
export class RateLimiters {
  readonly receive: RateLimiter;
  readonly send: RateLimiter;

  constructor(options: { readonly clock: IClock }) {
    this.receive = new RateLimiter(options);
    this.send = new RateLimiter(options);
  }

  /** Of all torrents together. */
  setLimits({ download, upload }: RateLimits): void {
    this.receive.setLimit(this.receive.total, download);
    this.send.setLimit(this.send.total, upload);
  }

  close(): void {
    this.receive.close();
    this.send.close();
  }
}
