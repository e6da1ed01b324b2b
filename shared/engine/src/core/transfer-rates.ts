import type { IClock } from '../interfaces/clock.js';
import type { ConnectionRates } from './peer-connection.js';
import { RateBucket } from './rate-bucket.js';
import { RateLimiter } from './rate-limiter.js';
import type { TorrentLimits } from './torrent-limits.js';

/** What is limited of all torrents together or of one; undefined and 0: nothing. */
type RateLimits = Pick<TorrentLimits, 'downloadLimitBytesPerSecond' | 'uploadLimitBytesPerSecond'>;

/** The limits of one torrent, within those of all. */
export class TorrentRates {
  readonly #limiters: RateLimiters;
  readonly #receive = new RateBucket();
  readonly #send = new RateBucket();

  constructor(limiters: RateLimiters, limits: RateLimits) {
    this.#limiters = limiters;
    this.setLimits(limits);
  }

  setLimits({ downloadLimitBytesPerSecond = 0, uploadLimitBytesPerSecond = 0 }: RateLimits): void {
    this.#limiters.receive.setLimit(this.#receive, downloadLimitBytesPerSecond);
    this.#limiters.send.setLimit(this.#send, uploadLimitBytesPerSecond);
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
  setLimits({ downloadLimitBytesPerSecond = 0, uploadLimitBytesPerSecond = 0 }: RateLimits): void {
    this.receive.setLimit(this.receive.total, downloadLimitBytesPerSecond);
    this.send.setLimit(this.send.total, uploadLimitBytesPerSecond);
  }

  close(): void {
    this.receive.close();
    this.send.close();
  }
}
