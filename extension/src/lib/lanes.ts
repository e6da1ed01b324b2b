import {
  type BridgeProtocolError,
  FAST_LANE_BATCH_BYTES,
  FrameDecoder,
  type FrameSink,
  FrameWriter,
  NATIVE_LANE_BATCH_BYTES,
  Opcode,
  parseFastLaneOffer,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import type { FastLane, Lane, OpenFastLane } from './lane.js';

export interface LanesOptions {
  readonly native: Lane;
  readonly openFastLane: OpenFastLane;
  /** Takes every frame that is not about the lanes themselves. */
  readonly sink: FrameSink;
  /** The fast lane is up: frames go both ways. */
  onFast(): void;
  /** The fast lane is over, and so is every socket and request; new ones go by the native lane. */
  onFastLaneLost(): void;
}

/**
 * `asked`: we want the fast lane. `joining`: it connects. `fast`: frames go there. `leaving`: we gave it up and wait until the helper has too.
 */
type LaneState = 'native' | 'asked' | 'joining' | 'fast' | 'leaving';

/** Sends frames by the best lane there is, and moves between lanes so that no frame overtakes another. */
export class Lanes {
  #state: LaneState = 'native';
  /** Wanted again before the helper has left it too. */
  #asksAgain = false;
  #fast: FastLane | undefined;
  #writer: FrameWriter;
  readonly #nativeDecoder: FrameDecoder;
  /** A batch buffer that was mostly empty when it went out: its few bytes were copied instead. */
  #spare: Uint8Array<ArrayBuffer> | undefined;

  constructor(private readonly options: LanesOptions) {
    this.#writer = this.#createWriter();
    this.#nativeDecoder = this.#createDecoder();
  }

  get isFast(): boolean {
    return this.#state === 'fast';
  }

  write(opcode: number, socketId: number, payload?: Uint8Array, tail?: Uint8Array): void {
    this.#writer.write(opcode, socketId, payload, tail);
  }

  writeData(socketId: number, data: Uint8Array): void {
    this.#writer.writeData(socketId, data);
  }

  /** Bytes from the native lane; throws `framing-lost` when the session cannot go on. */
  onNativeFrames(chunk: Uint8Array): void {
    this.#nativeDecoder.push(chunk);
  }

  /** Asks the helper for the fast lane, unless that is under way; while we are leaving, as soon as we have. */
  askForFastLane(): void {
    this.#asksAgain = this.#state === 'leaving';
    if (this.#state !== 'native') return;
    this.#state = 'asked';
    this.write(Opcode.FAST_LANE_OPEN, SESSION_ID);
  }

  /** Gives the fast lane up, whether it is there or still on its way. */
  leaveFastLane(): void {
    this.#asksAgain = false;
    if (this.#state !== 'native' && this.#state !== 'leaving') this.#leave();
  }

  close(): void {
    this.#fast?.close();
    this.#fast = undefined;
    this.#state = 'native';
  }

  #onFrame(opcode: number, socketId: number, payload: Uint8Array): void {
    if (socketId === SESSION_ID) {
      switch (opcode) {
        case Opcode.FAST_LANE_OFFER:
          this.#join(payload);
          return;
        case Opcode.LANE_SWITCH:
          this.#switchOver();
          return;
        case Opcode.LANE_LOST:
          this.#onHelperLeft();
          return;
      }
    }
    this.options.sink.onFrame(opcode, socketId, payload);
  }

  #join(payload: Uint8Array): void {
    if (this.#state !== 'asked') return;
    this.#state = 'joining';
    const decoder = this.#createDecoder();
    this.#fast = this.options.openFastLane(parseFastLaneOffer(payload), {
      onFrames: (chunk) => {
        try {
          decoder.push(chunk);
        } catch {
          this.#leave();
        }
      },
      onLost: () => this.#leave(),
    });
  }

  #switchOver(): void {
    if (this.#state !== 'joining' || !this.#fast) return;
    this.write(Opcode.LANE_SWITCH, SESSION_ID);
    this.#writer.flush();
    this.#state = 'fast';
    this.#spare = undefined;
    this.#fast.startReading();
    this.options.onFast();
  }

  #leave(): void {
    this.#drop('leaving');
  }

  #onHelperLeft(): void {
    if (this.#state === 'leaving') {
      this.#state = 'native';
      if (this.#asksAgain) this.askForFastLane();
    } else if (this.#state !== 'native') {
      this.#drop('native');
    }
  }

  #drop(next: 'leaving' | 'native'): void {
    if (!this.isFast) this.#writer.flush();
    this.#fast?.close();
    this.#fast = undefined;
    this.#state = next;
    // Frames that still waited for the lost lane must not turn up in the other one.
    this.#writer = this.#createWriter();
    this.#spare = undefined;
    this.write(Opcode.LANE_LOST, SESSION_ID);
    this.options.onFastLaneLost();
  }

  #createWriter(): FrameWriter {
    const writer: FrameWriter = new FrameWriter({
      acquire: () => {
        const spare = this.#spare;
        this.#spare = undefined;
        if (spare) return spare;
        if (!this.isFast) return new Uint8Array(NATIVE_LANE_BATCH_BYTES);
        return new Uint8Array(this.#fast?.takeBuffer() ?? new ArrayBuffer(FAST_LANE_BATCH_BYTES));
      },
      emit: (frames) => this.#emit(frames),
      onPending: () =>
        queueMicrotask(() => {
          if (writer === this.#writer) writer.flush();
        }),
    });
    return writer;
  }

  #emit(frames: Uint8Array<ArrayBuffer>): void {
    const lane = this.isFast && this.#fast ? this.#fast : this.options.native;
    if (frames.length * 2 < frames.buffer.byteLength) {
      this.#spare = new Uint8Array(frames.buffer);
      lane.send(frames.slice());
    } else {
      lane.send(frames);
    }
  }

  #createDecoder(): FrameDecoder {
    return new FrameDecoder({
      onFrame: (opcode, socketId, payload) => this.#onFrame(opcode, socketId, payload),
      onBadFrame: (socketId: number, error: BridgeProtocolError) => this.options.sink.onBadFrame(socketId, error),
    });
  }
}
