import type { IClock, ITimer } from '../../src/interfaces/clock.js';
import type { IPublishedFiles } from '../../src/interfaces/download-root.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import type { IHttpClient } from '../../src/interfaces/http.js';
import type { ISessionStore } from '../../src/interfaces/session-store.js';
import type { ISocketFactory } from '../../src/interfaces/socket.js';
import type { Fault, FaultPlan, OperationName } from './fault-plan.js';
import { FaultyFileSystem } from './faulty-filesystem.js';
import { FaultyHttpClient } from './faulty-http-client.js';
import { FaultyPublishedFiles } from './faulty-published-files.js';
import { FaultySessionStore } from './faulty-session-store.js';
import { FaultySockets } from './faulty-sockets.js';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** How one operation is carried out. */
export interface Conduct<T> {
  readonly whole: () => Promise<T>;
  /** What happens of it when it tears or death cuts it short; without it, nothing. */
  readonly part?: () => Promise<unknown>;
  /** The typed error of its interface. `code` is undefined for a tear. */
  readonly error: (code: string | undefined) => Error;
}

/**
 * Stands between a client and its host: all files, records and sockets go through it, and `plan` says what becomes of each operation.
 * A process that has died does nothing any more: no timer fires, no operation begins or ends, no socket lives.
 */
export class FaultInjector {
  /** Runs until death. */
  readonly clock: IClock;
  /** Resolves at death. */
  readonly died: Promise<void>;
  readonly #hostClock: IClock;
  readonly #onDeath: () => void;
  readonly #timers = new Set<ITimer>();
  #plan: FaultPlan;
  #ordinal = 0;
  #openFiles = 0;
  #pending = 0;
  #isDead = false;
  #tellDeath = (): void => undefined;

  constructor(options: {
    readonly clock: IClock;
    readonly plan: FaultPlan;
    /** What the system does to a process that dies, such as resetting its connections. */
    readonly onDeath?: () => void;
  }) {
    this.#hostClock = options.clock;
    this.#plan = options.plan;
    this.#onDeath = options.onDeath ?? (() => undefined);
    this.died = new Promise((resolve) => (this.#tellDeath = resolve));
    this.clock = {
      now: () => options.clock.now(),
      wallTime: () => options.clock.wallTime(),
      utcOffsetMinutes: () => options.clock.utcOffsetMinutes(),
      setTimer: (delayMs, callback) => this.#setTimer(delayMs, callback),
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** How many operations there were. */
  get operations(): number {
    return this.#ordinal;
  }

  /** Operations that have begun and not ended. */
  get pendingOperations(): number {
    return this.#pending;
  }

  /** Files that are open now. */
  get openFiles(): number {
    return this.#openFiles;
  }

  /** Another plan from now on. */
  setPlan(plan: FaultPlan): void {
    this.#plan = plan;
  }

  files(fileSystem: IFileSystem): IFileSystem {
    return new FaultyFileSystem(fileSystem, this);
  }

  folder(files: IPublishedFiles): IPublishedFiles {
    return new FaultyPublishedFiles(files, this);
  }

  store(store: ISessionStore): ISessionStore {
    return new FaultySessionStore(store, this);
  }

  sockets(sockets: ISocketFactory): FaultySockets {
    return new FaultySockets(sockets, this);
  }

  http(client: IHttpClient): IHttpClient {
    return new FaultyHttpClient(client, this);
  }

  /** For the wrappers: one file more, or less, is open. */
  countOpenFile(change: 1 | -1): void {
    this.#openFiles += change;
  }

  /** For the wrappers: carries out an operation as the plan says. */
  async run<T>(name: OperationName, target: string, conduct: Conduct<T>): Promise<T> {
    if (this.#isDead) return never();
    this.#pending++;
    try {
      return await this.#carryOut(name, target, conduct);
    } finally {
      this.#pending--;
    }
  }

  async #carryOut<T>(name: OperationName, target: string, conduct: Conduct<T>): Promise<T> {
    const fault = this.decide(name, target);
    switch (fault?.kind) {
      case 'fail':
        throw conduct.error(fault.code);
      case 'tear':
        await conduct.part?.();
        throw conduct.error(undefined);
      case 'stall':
        await this.#sleep(fault.forMs);
        break;
      case 'death':
        if (fault.moment === 'within') await conduct.part?.();
        if (fault.moment === 'after') await conduct.whole();
        return never();
      case undefined:
    }
    const outcome = await conduct.whole();
    return this.#hasDied() ? never() : outcome;
  }

  /** For the wrappers of what happens within a call: what becomes of it. After a death, it is for them to do what still happens. */
  decide(name: OperationName, target: string): Fault | undefined {
    if (this.#isDead) return { kind: 'death', moment: 'before' };
    const fault = this.#plan({ name, target, ordinal: ++this.#ordinal });
    if (fault?.kind === 'death') this.die();
    return fault;
  }

  /** Ends the process now. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#onDeath();
    this.#tellDeath();
  }

  /** It may have happened while something was awaited. */
  #hasDied(): boolean {
    return this.#isDead;
  }

  #sleep(forMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.setTimer(forMs, resolve));
  }

  #setTimer(delayMs: number, callback: () => void): ITimer {
    if (this.#isDead) return { cancel: () => undefined };
    const timer = this.#hostClock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }
}
