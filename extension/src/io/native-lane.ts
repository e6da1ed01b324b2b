import type { Lane, LaneHandlers } from '../lib/lane.js';
import type { FromHelper, HelperPort, ToHelper } from '../lib/relay-messages.js';

export interface NativeLaneHandlers extends LaneHandlers {
  /** What the helper says of itself, unchecked. */
  onHello(hello: unknown): void;
}

/** Native messaging as a lane: the base transport, relayed by the service worker. */
export class NativeLane implements Lane {
  #handlers: NativeLaneHandlers | undefined;

  constructor(
    private readonly helper: HelperPort,
    handlers: NativeLaneHandlers,
  ) {
    this.#handlers = handlers;
    helper.port.onmessage = (event: MessageEvent<FromHelper>) => this.#onMessage(event.data);
    helper.onGone(() => this.#lose('the service worker is gone'));
  }

  sayHello(hello: unknown): void {
    this.helper.port.postMessage({ hello } satisfies ToHelper);
  }

  send(frames: Uint8Array<ArrayBuffer>): void {
    this.helper.port.postMessage({ frames } satisfies ToHelper, [frames.buffer]);
  }

  close(): void {
    this.#handlers = undefined;
    this.helper.close();
  }

  #onMessage(message: FromHelper): void {
    if ('frames' in message) this.#handlers?.onFrames(message.frames);
    else if ('hello' in message) this.#handlers?.onHello(message.hello);
    else this.#lose(message.closed);
  }

  #lose(reason: string): void {
    const handlers = this.#handlers;
    this.close();
    handlers?.onLost(reason);
  }
}
