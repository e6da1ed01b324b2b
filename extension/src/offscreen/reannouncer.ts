import { STOPPED_REQUESTS_TIMEOUT_MS } from '@jstorrent/bridge-protocol';
import type { IClock, ITimer } from '@jstorrent/engine';

/** Beyond the time that the lost helper has for its last words: theirs must not be the later ones. */
const MARGIN_MS = 2000;
/** A network that comes back comes and goes for a while, and has no names at first. */
const SETTLING_MS = 3000;

interface ReannouncerOptions {
  readonly clock: IClock;
  /** Says `started` to all trackers. */
  readonly announceStarted: () => void;
  /** Asks all trackers as soon as they allow it. */
  readonly announceNow: () => void;
}

/**
 * Has every tracker told that we are here when a helper comes late, after the loss of one, and after that of the network. A helper takes the
 * end of the service worker for the end of the browser and tells the trackers that we stopped, while the engine lives on. And trackers that
 * could not be reached for hours would be asked again within an hour, while those that could may know an address of ours that is gone.
 */
export class Reannouncer {
  readonly #options: ReannouncerOptions;
  #hasStarted = false;
  /** The last whose sockets the torrents may have used. */
  #session: object | undefined;
  #started: ITimer | undefined;
  #now: ITimer | undefined;

  constructor(options: ReannouncerOptions) {
    this.#options = options;
  }

  /** The torrents begin to look for peers: by the sockets of `session`, or in vain without one. */
  onStart(session: object | undefined): void {
    this.#hasStarted = true;
    this.#session = session;
  }

  /** Sockets work and we listen; for the first time, again, or still with the helper of before. */
  onReady(session: object): void {
    const before = this.#session;
    if (!this.#hasStarted || before === session) return;
    this.#session = session;
    const { clock, announceStarted } = this.#options;
    this.#started?.cancel();
    // Without a helper before this one nobody has last words.
    const waitMs = before ? STOPPED_REQUESTS_TIMEOUT_MS + MARGIN_MS : 0;
    this.#started = clock.setTimer(waitMs, announceStarted);
  }

  /** The machine has a network again. */
  onOnline(): void {
    const { clock, announceNow } = this.#options;
    this.#now?.cancel();
    this.#now = clock.setTimer(SETTLING_MS, announceNow);
  }
}
