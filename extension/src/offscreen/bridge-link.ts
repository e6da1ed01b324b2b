import {
  type BridgeOutcome,
  bridgeOutcome,
  type Hello,
  OLDEST_PROTOCOL_VERSION,
  parseHelperHello,
  PROTOCOL_VERSION,
  RECONNECT_DELAYS_MS,
} from '@jstorrent/bridge-protocol';
import type { IClock, ILogger, ITimer } from '@jstorrent/engine';
import { NativeLane } from '../io/native-lane.js';
import { BridgeSession } from '../lib/bridge-session.js';
import type { OpenFastLane } from '../lib/lane.js';
import type { HelperPort } from '../lib/relay-messages.js';
import type { BridgeStatus } from '../rpc/types.js';

/** A helper that has not answered by then is as good as none. */
const HELLO_TIMEOUT_MS = 10_000;
/** How long sockets wait for the fast lane: its failure would take those with it that were opened before. */
const FAST_LANE_PATIENCE_MS = 3000;
/** A helper that lived so long was well: the next attempt comes at once. */
const HEALTHY_MS = 30_000;

const FAST_LANE = 'fast-lane';

export interface BridgeLinkOptions {
  readonly clock: IClock;
  readonly logger: ILogger;
  /** Version of the extension. */
  readonly version: string;
  /** Has the service worker start a fresh helper. */
  openHelper(): Promise<HelperPort>;
  readonly openFastLane: OpenFastLane;
  isFastLaneWanted(): boolean;
  onStatus(): void;
  /** Sockets work, for the first time or again: those of before are gone. */
  onReady(session: BridgeSession): void;
}

/** One attempt to reach the helper, and what came of it. */
interface Attempt {
  readonly lane: NativeLane;
  session: BridgeSession | undefined;
  patience: ITimer | undefined;
}

/** Keeps the extension in touch with its helper: finds it, shakes hands, notices its loss and starts again. */
export class BridgeLink {
  #status: BridgeStatus = { kind: 'connecting' };
  #attempt: Attempt | undefined;
  /** The session whose sockets work. */
  #ready: BridgeSession | undefined;
  #readySince = 0;
  #failures = 0;
  #retry: ITimer | undefined;
  /** Resolves when it is known for the first time how things stand. */
  readonly firstOutcome: Promise<void>;
  #resolveFirstOutcome: () => void = () => undefined;
  #isOpening = false;

  constructor(private readonly options: BridgeLinkOptions) {
    this.firstOutcome = new Promise((resolve) => (this.#resolveFirstOutcome = resolve));
  }

  get status(): BridgeStatus {
    return this.#status;
  }

  /** Undefined while sockets cannot work. */
  get session(): BridgeSession | undefined {
    return this.#ready;
  }

  start(): void {
    this.#tryAfter(0);
  }

  /** Tries now instead of at the next turn of the back-off. */
  retryNow(): void {
    if (this.#attempt || this.#isOpening) return;
    this.#failures = 0;
    this.#tryAfter(0);
  }

  /** The wish for the fast lane changed. */
  fastLaneWishChanged(): void {
    if (!this.#ready) return;
    if (this.options.isFastLaneWanted()) this.#ready.askForFastLane();
    else this.#ready.leaveFastLane();
  }

  #tryAfter(delayMs: number): void {
    this.#retry?.cancel();
    this.#retry = this.options.clock.setTimer(delayMs, () => void this.#try());
  }

  async #try(): Promise<void> {
    this.#isOpening = true;
    try {
      this.#greet(await this.options.openHelper());
    } catch (error) {
      this.#fail({ kind: 'connecting' }, String(error));
    } finally {
      this.#isOpening = false;
    }
  }

  #greet(helper: HelperPort): void {
    const lane = new NativeLane(helper, {
      onHello: (hello) => this.#onHello(attempt, hello),
      onFrames: (chunk) => attempt.session?.onNativeFrames(chunk),
      onLost: (reason) => this.#onLost(attempt, reason),
    });
    const attempt: Attempt = { lane, session: undefined, patience: undefined };
    this.#attempt = attempt;
    attempt.patience = this.options.clock.setTimer(HELLO_TIMEOUT_MS, () => this.#onLost(attempt, 'no hello'));
    lane.sayHello(this.#hello());
  }

  #hello(): Hello {
    return {
      protocol: PROTOCOL_VERSION,
      oldestProtocol: OLDEST_PROTOCOL_VERSION,
      version: this.options.version,
      capabilities: [FAST_LANE],
    };
  }

  #onHello(attempt: Attempt, hello: unknown): void {
    if (attempt !== this.#attempt || attempt.session) return;
    attempt.patience?.cancel();
    let outcome: BridgeOutcome;
    try {
      outcome = bridgeOutcome(this.#hello(), parseHelperHello(hello));
    } catch (error) {
      this.#onLost(attempt, String(error));
      return;
    }
    if (outcome.state === 'ready') this.#begin(attempt, outcome);
    else this.#refuse(outcome);
  }

  /** The helper and this extension do not understand each other; an update of either may be on its way. */
  #refuse(outcome: Exclude<BridgeOutcome, { state: 'ready' }>): void {
    const { state } = outcome;
    this.#drop();
    this.#fail(state === 'missing' ? { kind: state } : { kind: state, helperVersion: outcome.helperVersion }, state);
  }

  #begin(attempt: Attempt, { helper }: Extract<BridgeOutcome, { state: 'ready' }>): void {
    const ready = () => this.#setReady(attempt, helper.version);
    const session = new BridgeSession({
      native: attempt.lane,
      openFastLane: this.options.openFastLane,
      onEnd: (reason) => this.#onLost(attempt, reason),
      onFast: ready,
      onFastLaneLost: ready,
    });
    attempt.session = session;
    if (!this.options.isFastLaneWanted() || !helper.capabilities.includes(FAST_LANE)) {
      ready();
      return;
    }
    session.askForFastLane();
    attempt.patience = this.options.clock.setTimer(FAST_LANE_PATIENCE_MS, () => session.leaveFastLane());
  }

  #setReady(attempt: Attempt, helperVersion: string): void {
    const { session } = attempt;
    if (attempt !== this.#attempt || !session) return;
    attempt.patience?.cancel();
    const lane = session.isFast ? 'fast' : 'native';
    this.options.logger.info('bridge', `helper ${helperVersion}, ${lane} lane`);
    if (!this.#ready) this.#readySince = this.options.clock.now();
    this.#ready = session;
    this.#setStatus({ kind: 'ready', helperVersion, lane });
    this.options.onReady(session);
  }

  #onLost(attempt: Attempt, reason: string): void {
    if (attempt !== this.#attempt) return;
    const wasReady = this.#ready !== undefined;
    this.#drop(reason);
    if (wasReady && this.options.clock.now() - this.#readySince > HEALTHY_MS) this.#failures = 0;
    this.#fail({ kind: wasReady ? 'connecting' : 'missing' }, reason);
  }

  #drop(reason = 'given up'): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#ready = undefined;
    attempt?.patience?.cancel();
    attempt?.lane.close();
    attempt?.session?.end(reason);
  }

  #fail(status: BridgeStatus, reason: string): void {
    this.options.logger.warn('bridge', `${status.kind}: ${reason}`);
    this.#setStatus(status);
    const last = RECONNECT_DELAYS_MS.length - 1;
    this.#tryAfter(RECONNECT_DELAYS_MS[Math.min(this.#failures, last)] as number);
    this.#failures++;
  }

  #setStatus(status: BridgeStatus): void {
    this.#status = status;
    this.#resolveFirstOutcome();
    this.options.onStatus();
  }
}
