import type { FastLaneOffer } from '@jstorrent/bridge-protocol';
import type { FastLane, LaneHandlers } from '../lib/lane.js';
import type { FromLaneWorker, ToLaneWorker } from './fast-lane-messages.js';

/** The loopback accelerator, in a worker of its own that lives as long as the lane. */
export class WorkerFastLane implements FastLane {
  #handlers: LaneHandlers | undefined;

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

  send(frames: Uint8Array<ArrayBuffer>): void {
    this.#post({ type: 'send', frames }, [frames.buffer]);
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
    this.#handlers?.onFrames(message.frames);
    this.#post({ type: 'recycle', buffer: message.frames.buffer }, [message.frames.buffer]);
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
