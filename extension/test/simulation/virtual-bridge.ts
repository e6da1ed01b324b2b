import {
  encodeMessage,
  FrameDecoder,
  type HelperHello,
  OLDEST_PROTOCOL_VERSION,
  Opcode,
  PROTOCOL_VERSION,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import { type IHttpClient, type ISocketFactory, SocketError } from '@jstorrent/engine';
import type { FaultInjector } from '@jstorrent/engine/crashes';
import type { FastLane, LaneHandlers } from '../../src/lib/lane.js';
import type { FromHelper, HelperPort, ToHelper } from '../../src/lib/relay-messages.js';
import { bytesOf, FrameWire } from './frame-wire.js';
import { type Frame, HelperTable } from './virtual-helper.js';

const HELLO: HelperHello = {
  protocol: PROTOCOL_VERSION,
  oldestProtocol: OLDEST_PROTOCOL_VERSION,
  version: '0.1.0',
  capabilities: ['fast-lane'],
  platform: 'linux',
};
const OFFER = { port: 1, downToken: 'a'.repeat(64), upToken: 'b'.repeat(64) };
/** A frame of length 0, which none has. */
const GARBAGE = new Uint8Array(9);

/** Both directions of a lane. */
interface Wires {
  readonly up: FrameWire;
  readonly down: FrameWire;
}

/** The fast lane, from the offer to its loss. */
interface FastLaneState {
  readonly wires: Wires;
  /** The extension's end, once it joined. */
  handlers: LaneHandlers | undefined;
  /** Each end reads only from the other's LANE_SWITCH on. */
  isExtensionReading: boolean;
  isHelperReading: boolean;
  readonly unreadDown: Uint8Array[];
  readonly unreadUp: Frame[];
}

/** One life of a helper on a virtual network, with both lanes to it, of which every frame may go wrong. */
export class VirtualBridge {
  readonly #table: HelperTable;
  readonly #native: Wires;
  #fast: FastLaneState | undefined;
  #isDownFast = false;
  #awaitsLaneLost = false;
  #isOver = false;
  #onGone: () => void = () => undefined;
  readonly #port = {
    onmessage: null as ((event: { data: FromHelper }) => void) | null,
    postMessage: (message: ToHelper) => this.#onMessage(message),
  };

  readonly helperPort: HelperPort = {
    port: this.#port as unknown as MessagePort,
    onGone: (listener) => (this.#onGone = listener),
    close: () => this.#end(),
  };

  constructor(
    private readonly faults: FaultInjector,
    network: { readonly host: ISocketFactory; readonly http: IHttpClient },
  ) {
    this.#table = new HelperTable(network.host, network.http, (frame) => this.#sendDown(frame));
    this.#native = this.#createWires({
      up: (frame) => this.#onFrame(frame, 'native'),
      down: (bytes) => this.#port.onmessage?.({ data: { frames: bytes } }),
    });
    // The end of the browser is that of its helper.
    void faults.died.then(() => this.#end());
  }

  /** The extension takes the offer. */
  joinFastLane(handlers: LaneHandlers): FastLane {
    const fast = this.#fast;
    if (fast) {
      fast.handlers = handlers;
      this.#sendDown({ opcode: Opcode.LANE_SWITCH, id: SESSION_ID, payload: new Uint8Array(0) });
      this.#isDownFast = true;
    }
    return {
      send: (frames) => this.#decode(frames, fast?.wires.up),
      takeBuffer: () => undefined,
      startReading: () => {
        if (!fast) return;
        fast.isExtensionReading = true;
        for (const bytes of fast.unreadDown.splice(0)) handlers.onFrames(bytes);
      },
      close: () => {
        if (!fast) return;
        fast.handlers = undefined;
        this.#loseFastLane(fast);
      },
    };
  }

  #createWires({ up, down }: { up: (frame: Frame) => void; down: (bytes: Uint8Array<ArrayBuffer>) => void }): Wires {
    const { faults } = this;
    const wires: Wires = {
      up: new FrameWire({
        faults,
        direction: 'frame.up',
        deliver: up,
        deliverHalf: () => undefined,
        onFault: (frame, code) => this.#onFault(frame, code, wires, () => this.#giveUp(wires)),
      }),
      down: new FrameWire({
        faults,
        direction: 'frame.down',
        deliver: (frame) => {
          const bytes = bytesOf(frame);
          // Where a chunk ends means nothing.
          const cut = frame.id % bytes.length;
          if (cut > 0) down(bytes.slice(0, cut));
          down(bytes.slice(cut));
        },
        deliverHalf: (frame) => {
          const bytes = bytesOf(frame);
          down(bytes.slice(0, bytes.length >> 1));
        },
        onFault: (frame, code) => this.#onFault(frame, code, wires, () => down(GARBAGE.slice())),
      }),
    };
    return wires;
  }

  #onMessage(message: ToHelper): void {
    if ('frames' in message) this.#decode(message.frames, this.#native.up);
    else this.faults.clock.setTimer(1, () => this.#port.onmessage?.({ data: { hello: HELLO } }));
  }

  #decode(frames: Uint8Array, wire: FrameWire | undefined): void {
    const decoder = new FrameDecoder({
      onFrame: (opcode, id, payload) => wire?.send({ opcode, id, payload: payload.slice() }),
      onBadFrame: (_id, error) => {
        throw error;
      },
    });
    decoder.push(frames);
  }

  #sendDown(frame: Frame): void {
    if (this.#isOver) return;
    const wires = this.#isDownFast && this.#fast ? this.#fast.wires : this.#native;
    wires.down.send(frame);
  }

  #onFrame(frame: Frame, lane: 'native' | 'fast'): void {
    if (frame.id === SESSION_ID) this.#onSessionFrame(frame);
    else if (lane === 'fast' && this.#fast && !this.#fast.isHelperReading) this.#fast.unreadUp.push(frame);
    else if (!this.#awaitsLaneLost) this.#table.handle(frame);
  }

  #onSessionFrame({ opcode }: Frame): void {
    const fast = this.#fast;
    switch (opcode) {
      case Opcode.FAST_LANE_OPEN:
        if (!fast && !this.#awaitsLaneLost) this.#offerFastLane();
        return;
      case Opcode.LANE_SWITCH:
        if (!fast) return;
        fast.isHelperReading = true;
        for (const frame of fast.unreadUp.splice(0)) this.#onFrame(frame, 'fast');
        return;
      case Opcode.LANE_LOST:
        if (fast) this.#loseFastLane(fast);
        this.#awaitsLaneLost = false;
    }
  }

  #offerFastLane(): void {
    const wires = this.#createWires({
      up: (frame) => this.#onFrame(frame, 'fast'),
      down: (bytes) => {
        if (fast.isExtensionReading) fast.handlers?.onFrames(bytes);
        else fast.unreadDown.push(bytes);
      },
    });
    const fast: FastLaneState = {
      wires,
      handlers: undefined,
      isExtensionReading: false,
      isHelperReading: false,
      unreadDown: [],
      unreadUp: [],
    };
    this.#fast = fast;
    this.#sendDown({ opcode: Opcode.FAST_LANE_OFFER, id: SESSION_ID, payload: encodeMessage(OFFER) });
  }

  #loseFastLane(fast: FastLaneState): void {
    if (this.#fast !== fast) return;
    this.#fast = undefined;
    this.#isDownFast = false;
    fast.wires.up.cut();
    fast.wires.down.cut();
    this.#awaitsLaneLost = true;
    this.#table.dropAll();
    this.#sendDown({ opcode: Opcode.LANE_LOST, id: SESSION_ID, payload: new Uint8Array(0) });
    const { handlers } = fast;
    fast.handlers = undefined;
    handlers?.onLost('injected');
  }

  #onFault({ id }: Frame, code: string | undefined, wires: Wires, garble: () => void): void {
    const fast = this.#fast;
    const isOnFast = fast?.wires === wires;
    if (code === 'worker-lost') this.#end(() => this.#onGone());
    else if (fast && (code === 'lane-lost' || (isOnFast && code === undefined))) this.#loseFastLane(fast);
    else if (code === 'garbled') garble();
    else if (code === 'reset' && id !== SESSION_ID) this.#table.close(id, new SocketError('reset', 'injected'));
    else this.#end(() => this.#port.onmessage?.({ data: { closed: 'injected' } }));
  }

  /** Of what arrived nothing makes sense. */
  #giveUp(wires: Wires): void {
    if (this.#fast?.wires === wires) this.#loseFastLane(this.#fast);
    else {
      const farewell = bytesOf({ opcode: Opcode.CLOSE, id: SESSION_ID, payload: new Uint8Array(0) });
      this.#end(() => this.#port.onmessage?.({ data: { frames: farewell } }));
    }
  }

  /** The helper is gone, and so are its sockets. `tell` is how the extension learns of it. */
  #end(tell: () => void = () => undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { up, down } of [this.#native, ...(this.#fast ? [this.#fast.wires] : [])]) {
      up.cut();
      down.cut();
    }
    this.#table.dropAll();
    this.#fast?.handlers?.onLost('injected');
    tell();
  }
}
