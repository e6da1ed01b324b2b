import type { FastLaneOffer } from '@jstorrent/bridge-protocol';
import type { FastLane, LaneHandlers } from '../lib/lane.js';
import type { FromLaneWorker, ToLaneWorker } from './fast-lane-messages.js';

/** The loopback accelerator, in a worker of its own that lives as long as the lane. */
export class WorkerFastLane implements FastLane {
  #handlers: LaneHandlers | undefined;
  /** Read to the end, and to go back with the next frames. */
  #idle: ArrayBuffer[] = [];
  /** Of frames that were sent. */
  #free: ArrayBuffer[] = [];

  constructor(
    private readonly worker: Worker,
    offer: FastLaneOffer,
    handlers: LaneHandlers,
  ) {
    this.#handlers = handlers;
    worker.onmessage = (event: MessageEvent<FromLaneWorker>) => this.#onMessage(event.data);
    worker.onerror = (event) => this.#lose(event.message);
    this.#post({ type: 'open', offer });
  }

  startReading(): void {
    this.#post({ type: 'startReading' });
  }

  /** Without frames only what is idle goes. */
  send(frames?: Uint8Array<ArrayBuffer>): void {
    const idle = this.#idle;
    this.#idle = [];
    this.#post({ type: 'send', frames, idle }, frames ? [frames.buffer, ...idle] : idle);
  }

  takeBuffer(): ArrayBuffer | undefined {
    return this.#free.pop();
  }

  close(): void {
    this.#handlers = undefined;
    this.worker.terminate();
  }

  #onMessage(message: FromLaneWorker): void {
    if (message.type === 'lost') {
      this.#lose(message.reason);
      return;
    }
    if (message.sent.length > 0) this.#free = [...message.sent];
    for (const frames of message.frames) {
      this.#handlers?.onFrames(frames);
      this.#idle.push(frames.buffer);
    }
    // Behind the flush of whatever these frames made their readers send.
    queueMicrotask(() => {
      if (this.#idle.length > 0 && this.#handlers) this.send();
    });
  }

  #lose(reason: string): void {
    const handlers = this.#handlers;
    this.close();
    handlers?.onLost(reason);
  }

  #post(message: ToLaneWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
