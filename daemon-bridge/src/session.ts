import {
  bridgeOutcome,
  BridgeProtocolError,
  type CloseReason,
  CreditBudget,
  encodeMessage,
  FrameDecoder,
  type FrameSink,
  type HelperHello,
  OLDEST_PROTOCOL_VERSION,
  Opcode,
  parseBind,
  parseConnect,
  parseExtensionHello,
  parseNativeMessage,
  parseNetworkPolicy,
  parseStoppedRequest,
  PROTOCOL_VERSION,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import type { BridgeContext } from './context.js';
import { Downlink } from './downlink.js';
import { FastLane } from './fast-lane.js';
import { HttpExchange } from './http-exchange.js';
import type { NativeWriter } from './native-messaging.js';
import type { NetworkPolicy } from './network-policy.js';
import { Resolution } from './resolution.js';
import { type BridgeSocket, type SocketKind, SocketTable } from './socket-table.js';
import type { StoppedRequests } from './stopped-requests.js';
import { TcpListener } from './tcp-listener.js';
import { TcpConnection } from './tcp.js';
import { UdpSocket } from './udp.js';
import { HELPER_VERSION } from './version.js';

export interface SessionOptions {
  readonly native: NativeWriter;
  /** `chrome-extension://ID` of the extension that Chrome has started the helper for. */
  readonly origin: string;
  readonly policy: NetworkPolicy;
  readonly stoppedRequests: StoppedRequests;
  /** The session cannot go on; called when the extension has been told. */
  onFatal(): void;
}

/** How an opening frame becomes a socket. The functions throw {@link BridgeProtocolError} on a bad payload. */
interface Opener {
  readonly kind: SocketKind;
  open(context: BridgeContext, id: number, payload: Uint8Array): BridgeSocket;
}

const OPENERS: Readonly<Record<number, Opener>> = {
  [Opcode.CONNECT]: {
    kind: 'tcp',
    open: (context, id, payload) => TcpConnection.dial({ context, id }, parseConnect(payload)),
  },
  [Opcode.LISTEN]: { kind: 'tcp', open: (context, id, payload) => new TcpListener(context, id, parseBind(payload)) },
  [Opcode.BIND]: { kind: 'udp', open: (context, id, payload) => new UdpSocket(context, id, parseBind(payload)) },
  [Opcode.HTTP_REQUEST]: { kind: 'http', open: (context, id, payload) => new HttpExchange(context, id, payload) },
  [Opcode.RESOLVE]: { kind: 'resolve', open: (context, id, payload) => new Resolution(context, id, payload) },
};

/** The conversation with the extension, from its hello to the end of the port; see `frames.ts` of the bridge protocol. */
export class Session implements FrameSink {
  readonly #options: SessionOptions;
  readonly #downlink: Downlink;
  readonly #sockets: SocketTable;
  readonly #context: BridgeContext;
  readonly #nativeDecoder = new FrameDecoder(this);
  readonly #sessionHandlers: Readonly<Record<number, (payload: Uint8Array) => void>>;
  #isReady = false;
  #isOver = false;
  #fastLane: FastLane | undefined;
  /** Our LANE_LOST is out and the extension's has not come. */
  #awaitsLaneLost = false;

  constructor(options: SessionOptions) {
    const { native, policy, stoppedRequests } = options;
    this.#options = options;
    this.#downlink = new Downlink(native);
    this.#sockets = new SocketTable(this.#downlink);
    this.#context = { downlink: this.#downlink, sockets: this.#sockets, policy, uplinkBudget: new CreditBudget() };
    this.#sessionHandlers = {
      [Opcode.LANE_SWITCH]: () => this.#fastLane?.startReading(),
      [Opcode.LANE_LOST]: () => this.#onLaneLost(),
      [Opcode.FAST_LANE_OPEN]: () => this.#openFastLane(),
      [Opcode.NETWORK_POLICY]: (payload) => policy.set(parseNetworkPolicy(payload)),
      [Opcode.STOPPED_REQUEST]: (payload) => stoppedRequests.set(parseStoppedRequest(payload)),
    };
  }

  /** One native message. */
  receive(message: unknown): void {
    if (this.#isOver) return;
    try {
      const parsed = parseNativeMessage(message);
      if ('hello' in parsed) this.#greet(parsed.hello);
      else this.#receiveFrames(parsed.frames);
    } catch (error) {
      if (!(error instanceof BridgeProtocolError)) throw error;
      this.#giveUp(error);
    }
  }

  /** Releases every socket and the fast lane. */
  close(): void {
    this.#isOver = true;
    this.#fastLane?.close();
    this.#sockets.dropAll();
  }

  onFrame(opcode: number, socketId: number, payload: Uint8Array): void {
    if (this.#isOver || (this.#awaitsLaneLost && socketId !== SESSION_ID)) return;
    try {
      if (socketId === SESSION_ID) this.#sessionHandlers[opcode]?.(payload);
      else this.#dispatch(opcode, socketId, payload);
    } catch (error) {
      if (!(error instanceof BridgeProtocolError)) throw error;
      this.onBadFrame(socketId, error);
    }
  }

  onBadFrame(socketId: number, error: BridgeProtocolError): void {
    if (socketId !== SESSION_ID) this.#sockets.close(socketId, violation(error));
  }

  #greet(hello: unknown): void {
    const own: HelperHello = {
      protocol: PROTOCOL_VERSION,
      oldestProtocol: OLDEST_PROTOCOL_VERSION,
      version: HELPER_VERSION,
      capabilities: ['fast-lane', 'stopped-requests'],
      platform: process.platform,
    };
    this.#isReady = bridgeOutcome(parseExtensionHello(hello), own).state === 'ready';
    this.#options.native.sendMessage({ hello: own });
  }

  #receiveFrames(base64: string): void {
    if (!this.#isReady) throw new BridgeProtocolError('bad-native-message', 'Frames before a fitting hello');
    this.#nativeDecoder.push(Buffer.from(base64, 'base64'));
  }

  #dispatch(opcode: number, id: number, payload: Uint8Array): void {
    const opener = OPENERS[opcode];
    const socket = this.#sockets.get(id);
    if (opener) {
      this.#sockets.claim(id);
      this.#open(opener, id, payload);
    } else if (opcode === Opcode.CLOSE) {
      this.#sockets.drop(id);
    } else if (socket) {
      socket.handle(opcode, payload);
    } else if (!this.#sockets.wasOpened(id)) {
      throw new BridgeProtocolError('unknown-socket-id', `Socket id ${id} was never opened`);
    }
  }

  #open(opener: Opener, id: number, payload: Uint8Array): void {
    if (this.#sockets.hasRoom(opener.kind)) {
      this.#sockets.add(id, opener.open(this.#context, id, payload));
    } else {
      this.#sockets.close(id, { code: 'too-many-sockets', message: `No more ${opener.kind} sockets` });
    }
  }

  #openFastLane(): void {
    if (this.#fastLane || this.#awaitsLaneLost) return;
    const decoder = new FrameDecoder(this);
    const lane = new FastLane({
      origin: this.#options.origin,
      onReady: () => this.#downlink.switchTo(lane),
      onFrames: (chunk) => {
        try {
          decoder.push(chunk);
        } catch {
          this.#loseLane();
        }
      },
      onLost: () => this.#loseLane(),
    });
    this.#fastLane = lane;
    lane.open((offer) => this.#downlink.write(Opcode.FAST_LANE_OFFER, SESSION_ID, encodeMessage(offer)));
  }

  #onLaneLost(): void {
    if (this.#fastLane) this.#loseLane();
    this.#awaitsLaneLost = false;
  }

  #loseLane(): void {
    if (!this.#fastLane) return;
    this.#fastLane.close();
    this.#fastLane = undefined;
    this.#awaitsLaneLost = true;
    this.#sockets.dropAll();
    this.#downlink.fallBack();
    this.#downlink.write(Opcode.LANE_LOST, SESSION_ID);
  }

  #giveUp(error: BridgeProtocolError): void {
    this.close();
    this.#downlink.fallBack();
    this.#downlink.write(Opcode.CLOSE, SESSION_ID, encodeMessage(violation(error)));
    this.#downlink.flush();
    this.#options.native.afterWrites(() => this.#options.onFatal());
  }
}

function violation({ code, message }: BridgeProtocolError): CloseReason {
  return { code: 'protocol', message: `${code}: ${message}` };
}
