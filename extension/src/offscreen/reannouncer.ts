import { STOPPED_REQUESTS_TIMEOUT_MS } from '@jstorrent/bridge-protocol';
import type { IClock, ITimer } from '@jstorrent/engine';

/** Beyond the time that the lost helper has for its last words: theirs must not be the later ones. */
const MARGIN_MS = 2000;

/**
 * Has every tracker told that we are here after the loss of a helper. That one took the end of the service worker for the end of the
 * browser and told the trackers that we stopped, while the engine lives on.
 */
export class Reannouncer {
  #session: object | undefined;
  #timer: ITimer | undefined;

  /** `announce` says `started` to all trackers. */
  constructor(
    private readonly clock: IClock,
    private readonly announce: () => void,
  ) {}

  /** Sockets work again, maybe with the helper of before. */
  onReady(session: object): void {
    const isLossOfHelper = this.#session !== undefined && this.#session !== session;
    this.#session = session;
    if (!isLossOfHelper) return;
    this.#timer?.cancel();
    this.#timer = this.clock.setTimer(STOPPED_REQUESTS_TIMEOUT_MS + MARGIN_MS, this.announce);
  }
}
