import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  FAST_LANE_BATCH_BYTES,
  type FastLaneOffer,
  LANE_TOKEN_BYTES,
  LANE_TOKEN_VALID_MS,
  MAX_LANE_REFUSALS,
  MAX_UPLINK_MESSAGE_BYTES,
} from '@jstorrent/bridge-protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { OutgoingLane } from './downlink.js';

const LOOPBACK = '127.0.0.1';
/** One connection for each half; the rest is for preflights and impostors. */
const MAX_CONNECTIONS = 16;

/** A secret that opens one half, once. */
class OneTimeToken {
  readonly text = randomBytes(LANE_TOKEN_BYTES).toString('hex');
  #used = false;

  /** Whether `candidate` is the token, which is spent then. Takes the same time for every candidate of the right length. */
  redeem(candidate: Buffer): boolean {
    const expected = Buffer.from(this.text, 'latin1');
    if (candidate.length !== expected.length || !timingSafeEqual(candidate, expected) || this.#used) return false;
    this.#used = true;
    return true;
  }
}

export interface FastLaneOptions {
  /** `chrome-extension://ID`, the only origin that is let in. */
  readonly origin: string;
  /** For both tokens; the port closes when a half is missing by then. */
  readonly tokenValidMs?: number;
  /** Both halves are in. */
  onReady(): void;
  /** Frames from the extension, in fresh memory. */
  onFrames(chunk: Uint8Array): void;
  /** A half ended, or did not come in time. Called once, never after `close`. */
  onLost(): void;
}

/**
 * The fast lane's port: a streaming response down and a WebSocket up, on loopback, for one extension, for one use. It listens no longer
 * than until both halves are in.
 */
export class FastLane implements OutgoingLane {
  readonly batchBytes = FAST_LANE_BATCH_BYTES;
  readonly #options: FastLaneOptions;
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_UPLINK_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #downToken = new OneTimeToken();
  readonly #upToken = new OneTimeToken();
  #port = 0;
  #refusals = 0;
  #timer: NodeJS.Timeout | undefined;
  #down: ServerResponse | undefined;
  #up: WebSocket | undefined;
  /** Messages that came before `startReading`; a few, since the WebSocket is paused. */
  #early: Uint8Array[] | undefined = [];
  #closed = false;

  constructor(options: FastLaneOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#onRequest(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#server.once('error', () => this.#lose());
  }

  /** Opens the port. Calls `onOffer` with what the extension needs, or `onLost`. */
  open(onOffer: (offer: FastLaneOffer) => void): void {
    this.#server.listen(0, LOOPBACK, () => {
      if (this.#closed) return;
      this.#port = (this.#server.address() as AddressInfo).port;
      this.#timer = setTimeout(() => this.#lose(), this.#options.tokenValidMs ?? LANE_TOKEN_VALID_MS);
      onOffer({ port: this.#port, downToken: this.#downToken.text, upToken: this.#upToken.text });
    });
  }

  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void {
    this.#down?.write(frames, (error) => {
      if (!error) sent();
    });
  }

  /** The extension's native lane has ended: what comes up the WebSocket is next. */
  startReading(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const chunk of early) this.#options.onFrames(chunk);
    this.#up?.resume();
  }

  /** Drops both halves and the port. Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#up?.terminate();
    this.#down?.destroy();
    this.#webSockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #lose(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost();
  }

  #isTrusted(request: IncomingMessage): boolean {
    return request.headers.host === `${LOOPBACK}:${this.#port}` && request.headers.origin === this.#options.origin;
  }

  #countRefusal(): void {
    this.#refusals++;
    if (this.#refusals >= MAX_LANE_REFUSALS) this.#lose();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const isDown = this.#isTrusted(request) && request.url === '/down';
    if (isDown && request.method === 'OPTIONS') this.#answerPreflight(response);
    else if (isDown && request.method === 'POST') this.#onDown(request, response);
    else this.#refuse(response);
  }

  #refuse(response: ServerResponse): void {
    response.writeHead(403, { connection: 'close' }).end();
    this.#countRefusal();
  }

  #answerPreflight(response: ServerResponse): void {
    response.writeHead(204, {
      'access-control-allow-origin': this.#options.origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-private-network': 'true',
      vary: 'origin',
    });
    response.end();
  }

  #onDown(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LANE_TOKEN_BYTES * 2) chunks.push(chunk);
    });
    request.once('end', () => {
      if (bytes > LANE_TOKEN_BYTES * 2 || !this.#downToken.redeem(Buffer.concat(chunks))) this.#refuse(response);
      else this.#acceptDown(response);
    });
  }

  #acceptDown(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': this.#options.origin,
      vary: 'origin',
    });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    response.on('error', () => this.#lose());
    response.once('close', () => this.#lose());
    this.#down = response;
    this.#checkReady();
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (!this.#isTrusted(request) || request.url !== '/up') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      this.#countRefusal();
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      webSocket.once('message', (token: Buffer) => this.#onUpToken(webSocket, token));
    });
  }

  #onUpToken(webSocket: WebSocket, token: Buffer): void {
    if (!this.#upToken.redeem(token)) {
      webSocket.terminate();
      this.#countRefusal();
      return;
    }
    webSocket.pause();
    webSocket.once('close', () => this.#lose());
    webSocket.on('message', (chunk: Buffer, isBinary) => {
      if (!isBinary) this.#lose();
      else if (this.#early) this.#early.push(chunk);
      else this.#options.onFrames(chunk);
    });
    this.#up = webSocket;
    this.#checkReady();
  }

  #checkReady(): void {
    if (!this.#down || !this.#up || this.#closed) return;
    clearTimeout(this.#timer);
    this.#server.close();
    this.#options.onReady();
  }
}
