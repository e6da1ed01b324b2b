import {
  decodeCredit,
  encodeCredit,
  encodeMessage,
  FrameDecoder,
  FrameWriter,
  NATIVE_LANE_BATCH_BYTES,
  Opcode,
} from '@jstorrent/bridge-protocol';
import { BridgeSession } from '../../src/lib/bridge-session.js';
import type { FastLane, Lane, LaneHandlers } from '../../src/lib/lane.js';

export interface ReceivedFrame {
  readonly opcode: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

const LOCAL = { host: '10.0.0.1', port: 40_000 };
const REMOTE = { host: '192.0.2.1', port: 6881 };

/** A helper without a network: it decodes what a session sends, per lane, and says what a test has it say. */
export class ScriptedHelper {
  readonly session: BridgeSession;
  /** What arrived by the native lane and by the fast lane. */
  readonly native: ReceivedFrame[] = [];
  readonly fast: ReceivedFrame[] = [];
  readonly events: string[] = [];
  /** The extension's end of the fast lane, once it was offered. */
  fastHandlers: LaneHandlers | undefined;
  isFastReading = false;
  isFastClosed = false;

  constructor() {
    this.session = new BridgeSession({
      native: this.#lane(this.native),
      openFastLane: (_offer, handlers) => this.#fastLane(handlers),
      onEnd: (reason) => this.events.push(`end: ${reason}`),
      onFast: () => this.events.push('fast'),
      onFastLaneLost: () => this.events.push('fast lane lost'),
    });
  }

  /** Frames that arrived by either lane with this opcode. */
  received(opcode: number): ReceivedFrame[] {
    return [...this.native, ...this.fast].filter((frame) => frame.opcode === opcode);
  }

  last(opcode: number): ReceivedFrame {
    const frame = this.received(opcode).at(-1);
    if (!frame) throw new Error(`no frame with opcode ${opcode}`);
    return frame;
  }

  /** All credit that the extension granted for an id. */
  creditFor(id: number): number {
    return this.received(Opcode.CREDIT)
      .filter((frame) => frame.id === id)
      .reduce((sum, frame) => sum + decodeCredit(frame.payload), 0);
  }

  say(opcode: number, id: number, payload: Uint8Array = new Uint8Array(0)): void {
    this.session.onNativeFrames(frame(opcode, id, payload));
  }

  sayFast(opcode: number, id: number, payload: Uint8Array = new Uint8Array(0)): void {
    this.fastHandlers?.onFrames(frame(opcode, id, payload));
  }

  connected(id: number): void {
    this.say(Opcode.CONNECTED, id, encodeMessage({ local: LOCAL, remote: REMOTE }));
  }

  accepted(listenerId: number, socketId: number): void {
    this.say(Opcode.ACCEPTED, listenerId, encodeMessage({ socketId, local: LOCAL, remote: REMOTE }));
  }

  credit(id: number, bytes: number): void {
    this.say(Opcode.CREDIT, id, encodeCredit(bytes));
  }

  offerFastLane(): void {
    const token = 'a'.repeat(64);
    this.say(Opcode.FAST_LANE_OFFER, 0, encodeMessage({ port: 1, downToken: token, upToken: token }));
  }

  #lane(into: ReceivedFrame[]): Lane {
    const decoder = new FrameDecoder({
      onFrame: (opcode, id, payload) => into.push({ opcode, id, payload: payload.slice() }),
      onBadFrame: (_id, error) => {
        throw error;
      },
    });
    return { send: (frames) => decoder.push(frames), close: () => undefined };
  }

  #fastLane(handlers: LaneHandlers): FastLane {
    this.fastHandlers = handlers;
    return {
      ...this.#lane(this.fast),
      startReading: () => (this.isFastReading = true),
      takeBuffer: () => undefined,
      close: () => {
        this.isFastClosed = true;
        this.fastHandlers = undefined;
      },
    };
  }
}

function frame(opcode: number, id: number, payload: Uint8Array): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  const writer = new FrameWriter({
    acquire: () => new Uint8Array(NATIVE_LANE_BATCH_BYTES),
    emit: (frames) => (bytes = frames),
    onPending: () => undefined,
  });
  writer.write(opcode, id, payload);
  writer.flush();
  return bytes;
}

/** Frames are packed until the end of the turn: lets it end. */
export async function turn(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
}
