import { FrameWriter, NATIVE_LANE_BATCH_BYTES } from '@jstorrent/bridge-protocol';
import type { FaultInjector } from '@jstorrent/engine/crashes';
import type { Frame } from './virtual-helper.js';

/** Frames that are under way cross with those of the other direction. */
const LATENCY_MS = 1;

/** The error of an injected fault; `code` is undefined for a tear. */
class FrameFault extends Error {
  constructor(readonly code: string | undefined) {
    super(code ?? 'torn');
  }
}

export interface FrameWireOptions {
  readonly faults: FaultInjector;
  readonly direction: 'frame.up' | 'frame.down';
  readonly deliver: (frame: Frame) => void;
  /** The first half of a frame's bytes, before the wire is lost. */
  readonly deliverHalf: (frame: Frame) => void;
  /** A frame that did not arrive. `code` is undefined when half of it did. */
  readonly onFault: (frame: Frame, code: string | undefined) => void;
}

/** One direction of one lane: each frame is an operation that a {@link FaultInjector} decides about. They never overtake each other. */
export class FrameWire {
  #last: Promise<void> = Promise.resolve();
  #isCut = false;

  constructor(private readonly options: FrameWireOptions) {}

  /** What is under way arrives no more. */
  cut(): void {
    this.#isCut = true;
  }

  send(frame: Frame): void {
    this.options.faults.clock.setTimer(LATENCY_MS, () => {
      this.#last = this.#last.then(() => this.#carry(frame));
    });
  }

  /** Cuts happen while something is awaited. */
  #isArriving(): boolean {
    return !this.#isCut;
  }

  async #carry(frame: Frame): Promise<void> {
    if (!this.#isArriving()) return;
    const { faults, direction, deliver, deliverHalf, onFault } = this.options;
    const unlessCut = (act: (frame: Frame) => void) => () => {
      if (this.#isArriving()) act(frame);
      return Promise.resolve();
    };
    try {
      await faults.run(direction, `opcode ${frame.opcode} of ${frame.id}`, {
        whole: unlessCut(deliver),
        part: unlessCut(deliverHalf),
        error: (code) => new FrameFault(code),
      });
    } catch (error) {
      if (!(error instanceof FrameFault)) throw error;
      if (this.#isArriving()) onFault(frame, error.code);
    }
  }
}

/** A frame as it stands on a lane. */
export function bytesOf({ opcode, id, payload }: Frame): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(0);
  const writer = new FrameWriter({
    acquire: () => new Uint8Array(NATIVE_LANE_BATCH_BYTES),
    emit: (frames) => (bytes = frames.slice()),
    onPending: () => undefined,
  });
  writer.write(opcode, id, payload);
  writer.flush();
  return bytes;
}
