import { FileSystemError, type IClock, type IFileSystem, type IHasher, type ISocketFactory } from '@jstorrent/engine';
import type { SelfTestReport } from '../rpc/self-test.js';
import { measureLane, measureRoundTrip, tryUdp } from './measure-bridge.js';
import { measureDisk, measureHash } from './measure-disk.js';

/** A part that takes longer is given up: something is wrong then. */
const PART_TIMEOUT_MS = 10_000;

/** What is known without measuring. */
type Known = Omit<
  SelfTestReport,
  'finishedAt' | 'roundTripMs' | 'laneBytesPerSecond' | 'isUdpWorking' | 'disk' | 'hashBytesPerSecond'
>;

export interface SelfTestOptions {
  readonly clock: IClock;
  readonly sockets: ISocketFactory;
  /** A root of its own in the browser's storage; what is written there is removed. */
  readonly files: IFileSystem;
  readonly hasher: IHasher;
  known(): Known;
}

/** Measures each part once, one after the other, so that none disturbs another. */
export class SelfTest {
  #running: Promise<SelfTestReport> | undefined;

  constructor(private readonly options: SelfTestOptions) {}

  /** Who asks while one runs gets its report. Never rejects. */
  run(): Promise<SelfTestReport> {
    return (this.#running ??= this.#run().finally(() => (this.#running = undefined)));
  }

  async #run(): Promise<SelfTestReport> {
    const { clock, sockets, files, hasher } = this.options;
    const known = () => this.options.known();
    const hasHelper = known().bridge.kind === 'ready';
    const ofHelper = <T>(measure: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> =>
      hasHelper ? this.#part(measure).catch(() => undefined) : Promise.resolve(undefined);
    const roundTripMs = await ofHelper(() => measureRoundTrip(sockets, clock));
    const laneBytesPerSecond = await ofHelper((signal) => measureLane(sockets, clock, signal));
    const isUdpWorking = await ofHelper((signal) => tryUdp(sockets, clock, signal));
    const disk = await this.#part(() => measureDisk(files, clock)).catch((error: unknown) => ({
      problem: error instanceof FileSystemError ? error.code : 'timeout',
    }));
    const hashBytesPerSecond = await this.#part(() => measureHash(hasher, clock)).catch(() => undefined);
    return {
      ...known(),
      finishedAt: clock.wallTime(),
      roundTripMs,
      laneBytesPerSecond,
      isUdpWorking,
      disk,
      hashBytesPerSecond,
    };
  }

  async #part<T>(measure: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const timedOut = new Promise<never>((_resolve, reject) => {
      const timer = this.options.clock.setTimer(PART_TIMEOUT_MS, () => {
        stop.abort();
        reject(new Error('it took too long'));
      });
      stop.signal.addEventListener('abort', () => timer.cancel());
    });
    try {
      return await Promise.race([measure(stop.signal), timedOut]);
    } finally {
      stop.abort();
    }
  }
}
