import {
  bridgeOutcome,
  BridgeProtocolError,
  CreditBudget,
  encodeMessage,
  FrameDecoder,
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
import { Downlink } from './downlink.js';
import { FastLane } from './fast-lane.js';
import { HttpExchange } from './http-exchange.js';
import { SocketTable } from './socket-table.js';
import { TcpListener } from './tcp-listener.js';
import { TcpConnection } from './tcp.js';
import { UdpSocket } from './udp.js';
import { HELPER_VERSION } from './version.js';
const OPENERS = {
  [Opcode.CONNECT]: {
    kind: 'tcp',
    open: (context, id, payload) => TcpConnection.dial({ context, id }, parseConnect(payload)),
  },
  [Opcode.LISTEN]: { kind: 'tcp', open: (context, id, payload) => new TcpListener(context, id, parseBind(payload)) },
  [Opcode.BIND]: { kind: 'udp', open: (context, id, payload) => new UdpSocket(context, id, parseBind(payload)) },
  [Opcode.HTTP_REQUEST]: { kind: 'http', open: (context, id, payload) => new HttpExchange(context, id, payload) },
};
/** The conversation with the extension, from its hello to the end of the port; see `frames.ts` of the bridge protocol. */
export class Session {
  #options;
  #downlink;
  #sockets;
  #context;
  #nativeDecoder = new FrameDecoder(this);
  #sessionHandlers;
  #isReady = false;
  #isOver = false;
  #fastLane;
  /** Our LANE_LOST is out and the extension's has not come. */
  #awaitsLaneLost = false;
  constructor(options) {
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
  receive(message) {
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
  close() {
    this.#isOver = true;
    this.#fastLane?.close();
    this.#sockets.dropAll();
  }
  onFrame(opcode, socketId, payload) {
    if (this.#isOver || (this.#awaitsLaneLost && socketId !== SESSION_ID)) return;
    try {
      if (socketId === SESSION_ID) this.#sessionHandlers[opcode]?.(payload);
      else this.#dispatch(opcode, socketId, payload);
    } catch (error) {
      if (!(error instanceof BridgeProtocolError)) throw error;
      this.onBadFrame(socketId, error);
    }
  }
  onBadFrame(socketId, error) {
    if (socketId !== SESSION_ID) this.#sockets.close(socketId, violation(error));
  }
  #greet(hello) {
    const own = {
      protocol: PROTOCOL_VERSION,
      oldestProtocol: OLDEST_PROTOCOL_VERSION,
      version: HELPER_VERSION,
      capabilities: ['fast-lane', 'stopped-requests'],
      platform: process.platform,
    };
    this.#isReady = bridgeOutcome(parseExtensionHello(hello), own).state === 'ready';
    this.#options.native.sendMessage({ hello: own });
  }
  #receiveFrames(base64) {
    if (!this.#isReady) throw new BridgeProtocolError('bad-native-message', 'Frames before a fitting hello');
    this.#nativeDecoder.push(Buffer.from(base64, 'base64'));
  }
  #dispatch(opcode, id, payload) {
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
  #open(opener, id, payload) {
    if (this.#sockets.hasRoom(opener.kind)) {
      this.#sockets.add(id, opener.open(this.#context, id, payload));
    } else {
      this.#sockets.close(id, { code: 'too-many-sockets', message: `No more ${opener.kind} sockets` });
    }
  }
  #openFastLane() {
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
  #onLaneLost() {
    if (this.#fastLane) this.#loseLane();
    this.#awaitsLaneLost = false;
  }
  #loseLane() {
    if (!this.#fastLane) return;
    this.#fastLane.close();
    this.#fastLane = undefined;
    this.#awaitsLaneLost = true;
    this.#sockets.dropAll();
    this.#downlink.fallBack();
    this.#downlink.write(Opcode.LANE_LOST, SESSION_ID);
  }
  #giveUp(error) {
    this.close();
    this.#downlink.fallBack();
    this.#downlink.write(Opcode.CLOSE, SESSION_ID, encodeMessage(violation(error)));
    this.#downlink.flush();
    this.#options.native.afterWrites(() => this.#options.onFatal());
  }
}
function violation({ code, message }) {
  return { code: 'protocol', message: `${code}: ${message}` };
}
//# sourceMappingURL=session.js.map
