import type { IClock, ITimer } from '../interfaces/clock.js';
import type { Endpoint, ITcpSocket, SocketError } from '../interfaces/socket.js';
import type { Handshake, PeerFeatures } from '../protocol/handshake.js';
import type { WireMessage } from '../protocol/wire-message.js';
import { PeerWireProtocol } from '../protocol/wire-protocol.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import type { RateFlow } from './rate-limiter.js';
import { HANDSHAKE_TIMEOUT_MS, INACTIVITY_TIMEOUT_MS, KEEP_ALIVE_INTERVAL_MS, MAX_SEND_QUEUE_BYTES } from './limits.js';

/** Why a connection ended. */
export type CloseReason =
  /** We closed it. */
  | { readonly kind: 'local' }
  /** The remote closed it in good order. */
  | { readonly kind: 'remote' }
  /** The socket failed. */
  | { readonly kind: 'socket'; readonly error: SocketError }
  | { readonly kind: 'handshake-timeout' }
  /** Nothing came for two minutes. */
  | { readonly kind: 'inactive' }
  /** It makes us answer and does not read the answers. */
  | { readonly kind: 'not-reading' }
  /** The remote broke the protocol; `error` says how. */
  | { readonly kind: 'protocol-error'; readonly error: Error };

/** Where the payloads of PIECE messages go, piecewise, as they arrive: the one copy on their way in. */
export interface BlockSink {
  /** A PIECE header arrived. False when its block is not wanted: the bytes are skipped then, up to `endBlock`. */
  beginBlock(index: number, begin: number, length: number): boolean;
  /** The next bytes of the block begun last, `offset` bytes into it. `bytes` is valid only until the call returns. */
  writeBlock(index: number, begin: number, offset: number, bytes: Uint8Array): void;
  endBlock(index: number, begin: number, length: number): void;
  /** All that the socket delivered at once is parsed: the moment to ask for more, in one write. */
  endOfData(): void;
}

interface PeerConnectionEvents {
  handshake: [handshake: Handshake];
  /** Every message but PIECE. Views in it are valid only until the listener returns. */
  message: [message: WireMessage];
  close: [reason: CloseReason];
}

/** Where the bytes of a connection are counted and held back, the protocol's own among them. */
export interface ConnectionRates {
  readonly receive: RateFlow;
  readonly send: RateFlow;
}

/** Whoever sends less between two turns says only what has to be said, and is read all the same. */
const MIN_HELD_BYTES = 1024;

/** A PIECE whose payload is arriving. */
interface IncomingBlock {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
  readonly isWanted: boolean;
  received: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * One wire to one peer: handshake, the four flags of BEP 3, framing in and out. It knows nothing of pieces or torrents. The socket is
 * connected already; whoever dialled calls {@link sendHandshake} at once, whoever accepted calls it when it knows the torrent. A
 * connection whose handshake is not complete in time, that is silent too long or that breaks the protocol closes itself.
 */
export class PeerConnection extends TypedEmitter<PeerConnectionEvents> {
  readonly #socket: ITcpSocket;
  readonly #clock: IClock;
  #sink: BlockSink | undefined;

  #choked = true;
  #interested = false;
  #peerChoked = true;
  #peerInterested = false;

  #remoteHandshake: Handshake | undefined;
  #isClosed = false;
  #isPaused = false;
  /** Not read because of a limit. */
  #isHeldBack = false;
  #rates: ConnectionRates | undefined;

  #partial = NO_BYTES;
  #partialLength = 0;
  #block: IncomingBlock | undefined;

  #timer: ITimer;
  #lastReceivedAt: number;
  #lastSentAt: number;

  constructor(socket: ITcpSocket, clock: IClock) {
    super();
    this.#socket = socket;
    this.#clock = clock;
    this.#lastReceivedAt = this.#lastSentAt = clock.now();
    this.#timer = clock.setTimer(HANDSHAKE_TIMEOUT_MS, () => {
      this.#end({ kind: 'handshake-timeout' });
    });
    socket.setHandlers({
      onData: (data) => {
        this.#onData(data);
      },
      onDrain: () => {
        this.onDrain?.();
      },
      onClose: (error) => {
        this.#end(error ? { kind: 'socket', error } : { kind: 'remote' });
      },
    });
  }

  /** Called when the send queue is short again after {@link sendBlock} made it long, or limits let blocks leave again. */
  onDrain: (() => void) | undefined;

  /** The peer chokes us: requests are useless (BEP 3). */
  get choked(): boolean {
    return this.#choked;
  }

  /** We told the peer that it has something for us. */
  get interested(): boolean {
    return this.#interested;
  }

  /** We choke the peer. */
  get peerChoked(): boolean {
    return this.#peerChoked;
  }

  /** The peer told us that we have something for it. */
  get peerInterested(): boolean {
    return this.#peerInterested;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#socket.remoteEndpoint;
  }

  /** What the peer's handshake says it can do; nothing before it came. */
  get features(): PeerFeatures {
    return this.#remoteHandshake
      ? PeerWireProtocol.parseReserved(this.#remoteHandshake.reserved)
      : { extensionProtocol: false, fast: false, dht: false };
  }

  /** Bytes given to the socket that have not left yet. */
  get queuedBytes(): number {
    return this.#socket.queuedBytes;
  }

  /** Not read for the moment because of a limit: silence is not the peer's. */
  get isHeldBack(): boolean {
    return this.#isHeldBack;
  }

  /** Set when the torrent is known; what passed before does not count. */
  setRates(rates: ConnectionRates): void {
    this.#rates = rates;
  }

  /** Whether the limits let a block be sent now; else {@link onDrain} follows when they do. */
  mayBlockLeave(): boolean {
    const send = this.#rates?.send;
    if (!send?.isSpent) return true;
    send.wait(() => {
      this.onDrain?.();
    });
    return false;
  }

  /** Takes the blocks. Set when the torrent is known; a PIECE that comes before is skipped. */
  setBlockSink(sink: BlockSink): void {
    this.#sink = sink;
  }

  sendHandshake(handshake: Handshake): void {
    this.#write(PeerWireProtocol.encodeHandshake(handshake));
  }

  /** Sends any message but those with a method of their own. */
  send(message: Exclude<WireMessage, { type: 'choke' | 'unchoke' | 'interested' | 'not-interested' }>): void {
    this.#write(PeerWireProtocol.encode(message));
  }

  /** HAVEs, all in one write. */
  sendHaves(pieces: readonly number[]): void {
    if (pieces.length === 0) return;
    const burst = new Uint8Array(pieces.length * PeerWireProtocol.HAVE_BYTES);
    let used = 0;
    for (const index of pieces) used = PeerWireProtocol.writeHave(burst, used, index);
    this.#write(burst);
  }

  /** Sends whole messages encoded by {@link PeerWireProtocol}: a burst of REQUESTs in one write. The bytes must not change afterwards. */
  sendEncoded(messages: Uint8Array): void {
    this.#write(messages);
  }

  /** Sends a PIECE without copying `block`, which must not change afterwards. */
  sendBlock(index: number, begin: number, block: Uint8Array): void {
    this.#write(PeerWireProtocol.encodePieceHeader(index, begin, block.length));
    this.#write(block);
  }

  /** CHOKE, unless it is choked already. */
  chokePeer(): void {
    if (this.#peerChoked) return;
    this.#peerChoked = true;
    this.#write(PeerWireProtocol.encode({ type: 'choke' }));
  }

  /** UNCHOKE, unless it is already. */
  unchokePeer(): void {
    if (!this.#peerChoked) return;
    this.#peerChoked = false;
    this.#write(PeerWireProtocol.encode({ type: 'unchoke' }));
  }

  /** INTERESTED or NOT-INTERESTED, when that is news. */
  setInterested(interested: boolean): void {
    if (this.#interested === interested) return;
    this.#interested = interested;
    this.#write(PeerWireProtocol.encode({ type: interested ? 'interested' : 'not-interested' }));
  }

  /** Stops reading; see `ITcpSocket.pause`. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    // While nothing was read, silence was not the peer's.
    this.#lastReceivedAt = this.#clock.now();
    this.#isPaused = false;
    if (!this.#isHeldBack) this.#socket.resume();
  }

  /** Ends the connection; `close` is emitted once, also for this. */
  close(reason: CloseReason = { kind: 'local' }): void {
    this.#end(reason);
  }

  #write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#lastSentAt = this.#clock.now();
    this.#socket.send(bytes);
    this.#rates?.send.spend(bytes.length);
    if (this.#socket.queuedBytes > MAX_SEND_QUEUE_BYTES) this.#end({ kind: 'not-reading' });
  }

  #onData(data: Uint8Array): void {
    this.#lastReceivedAt = this.#clock.now();
    try {
      let offset = 0;
      while (offset < data.length && !this.#isClosed) {
        if (this.#block) offset = this.#continueBlock(this.#block, data, offset);
        else if (this.#partialLength > 0) offset = this.#continuePartial(data, offset);
        else offset = this.#parse(data, offset);
      }
      if (!this.#isClosed) this.#sink?.endOfData();
      this.#payFor(data.length);
    } catch (error) {
      this.#end({ kind: 'protocol-error', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  #payFor(bytes: number): void {
    const receive = this.#rates?.receive;
    if (!receive || this.#isClosed) return;
    receive.spend(bytes);
    if (this.#isHeldBack || receive.bytesSinceTurn < MIN_HELD_BYTES || !receive.isSpent) return;
    this.#isHeldBack = true;
    this.#socket.pause();
    receive.wait(() => {
      this.#isHeldBack = false;
      if (!this.#isPaused) this.resume();
    });
  }

  /** Parses one message in place, or keeps the rest for when more has come. */
  #parse(data: Uint8Array, offset: number): number {
    const rest = offset === 0 ? data : data.subarray(offset);
    const consumed = this.#step(rest);
    if (consumed > 0) return offset + consumed;
    this.#reserve(this.#missing(rest));
    this.#partial.set(rest);
    this.#partialLength = rest.length;
    return data.length;
  }

  /** Adds to a partial message no more than it needs, then tries again. */
  #continuePartial(data: Uint8Array, offset: number): number {
    const needed = this.#missing(this.#partial.subarray(0, this.#partialLength));
    this.#reserve(needed);
    const taken = Math.min(needed - this.#partialLength, data.length - offset);
    this.#partial.set(data.subarray(offset, offset + taken), this.#partialLength);
    this.#partialLength += taken;
    const consumed = this.#step(this.#partial.subarray(0, this.#partialLength));
    if (consumed > 0) {
      this.#partialLength = 0;
      this.#partial = NO_BYTES;
    }
    return offset + taken;
  }

  /** Bytes that the message starting in `view` needs in all before {@link #step} can get on with it. */
  #missing(view: Uint8Array): number {
    if (!this.#remoteHandshake) return PeerWireProtocol.HANDSHAKE_BYTES;
    const header = PeerWireProtocol.parseHeader(view);
    if (header) return header.type === 'piece' ? header.headerBytes : header.messageBytes;
    return view.length < 4 ? 4 : view.length < 5 ? 5 : 13;
  }

  #reserve(length: number): void {
    if (this.#partial.length >= length) return;
    const grown = new Uint8Array(length);
    grown.set(this.#partial.subarray(0, this.#partialLength));
    this.#partial = grown;
  }

  /** Handles the handshake, message or PIECE header that `view` starts with; 0 when it is not all there. */
  #step(view: Uint8Array): number {
    if (!this.#remoteHandshake) return this.#readHandshake(view);
    const header = PeerWireProtocol.parseHeader(view);
    if (!header) return 0;
    if (header.type === 'piece') {
      const { index, begin, blockLength: length } = header;
      const isWanted = this.#sink?.beginBlock(index, begin, length) ?? false;
      this.#block = { index, begin, length, isWanted, received: 0 };
      return header.headerBytes;
    }
    if (view.length < header.messageBytes) return 0;
    for (const message of PeerWireProtocol.parse(view.subarray(0, header.messageBytes)).messages) {
      this.#onMessage(message);
    }
    return header.messageBytes;
  }

  #readHandshake(view: Uint8Array): number {
    const handshake = PeerWireProtocol.parseHandshake(view);
    if (!handshake) return 0;
    this.#remoteHandshake = handshake;
    this.emit('handshake', handshake);
    this.#rearm();
    return PeerWireProtocol.HANDSHAKE_BYTES;
  }

  #onMessage(message: WireMessage): void {
    switch (message.type) {
      case 'choke':
      case 'unchoke':
        this.#choked = message.type === 'choke';
        break;
      case 'interested':
      case 'not-interested':
        this.#peerInterested = message.type === 'interested';
        break;
      default:
        break;
    }
    this.emit('message', message);
  }

  #continueBlock(block: IncomingBlock, data: Uint8Array, offset: number): number {
    const taken = Math.min(block.length - block.received, data.length - offset);
    if (block.isWanted) {
      this.#sink?.writeBlock(block.index, block.begin, block.received, data.subarray(offset, offset + taken));
    }
    block.received += taken;
    if (block.received === block.length) {
      this.#block = undefined;
      this.#sink?.endBlock(block.index, block.begin, block.length);
    }
    return offset + taken;
  }

  /** One timer serves keep-alive and inactivity: it wakes at the earlier of the two and looks at what happened since. */
  #rearm(): void {
    if (this.#isClosed) return;
    this.#timer.cancel();
    const keepAliveAt = this.#lastSentAt + KEEP_ALIVE_INTERVAL_MS;
    const inactiveAt = this.#lastReceivedAt + INACTIVITY_TIMEOUT_MS;
    const delayMs = Math.max(1, Math.min(keepAliveAt, inactiveAt) - this.#clock.now());
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#onTimer();
    });
  }

  #onTimer(): void {
    const now = this.#clock.now();
    if (this.#isPaused || this.#isHeldBack) this.#lastReceivedAt = now;
    if (now - this.#lastReceivedAt >= INACTIVITY_TIMEOUT_MS) {
      this.#end({ kind: 'inactive' });
      return;
    }
    if (now - this.#lastSentAt >= KEEP_ALIVE_INTERVAL_MS) this.send({ type: 'keep-alive' });
    this.#rearm();
  }

  #end(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.cancel();
    this.#socket.close();
    this.#rates?.receive.end();
    this.#rates?.send.end();
    this.#partial = NO_BYTES;
    this.#block = undefined;
    this.emit('close', reason);
    this.removeAllListeners();
  }
}
