import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import {
  FAST_LANE_BATCH_BYTES,
  LANE_TOKEN_BYTES,
  LANE_TOKEN_VALID_MS,
  MAX_LANE_REFUSALS,
  MAX_UPLINK_MESSAGE_BYTES,
} from '@jstorrent/bridge-protocol';
import { WebSocketServer } from 'ws';
const LOOPBACK = '127.0.0.1';
/** One connection for each half; the rest is for preflights and impostors. */
const MAX_CONNECTIONS = 16;
/** A secret that opens one half, once. */
class OneTimeToken {
  text = randomBytes(LANE_TOKEN_BYTES).toString('hex');
  #used = false;
  /** Whether `candidate` is the token, which is spent then. Takes the same time for every candidate of the right length. */
  redeem(candidate) {
    const expected = Buffer.from(this.text, 'latin1');
    if (candidate.length !== expected.length || !timingSafeEqual(candidate, expected) || this.#used) return false;
    this.#used = true;
    return true;
  }
}
/**
 * The fast lane's port: a streaming response down and a WebSocket up, on loopback, for one extension, for one use. It listens no longer
 * than until both halves are in.
 */
export class FastLane {
  batchBytes = FAST_LANE_BATCH_BYTES;
  #options;
  #server;
  #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_UPLINK_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  #downToken = new OneTimeToken();
  #upToken = new OneTimeToken();
  #port = 0;
  #refusals = 0;
  #timer;
  #down;
  #up;
  /** Messages that came before `startReading`; a few, since the WebSocket is paused. */
  #early = [];
  #closed = false;
  constructor(options) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#onRequest(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#server.once('error', () => this.#lose());
  }
  /** Opens the port. Calls `onOffer` with what the extension needs, or `onLost`. */
  open(onOffer) {
    this.#server.listen(0, LOOPBACK, () => {
      if (this.#closed) return;
      this.#port = this.#server.address().port;
      this.#timer = setTimeout(() => this.#lose(), this.#options.tokenValidMs ?? LANE_TOKEN_VALID_MS);
      onOffer({ port: this.#port, downToken: this.#downToken.text, upToken: this.#upToken.text });
    });
  }
  send(frames, sent) {
    this.#down?.write(frames, (error) => {
      if (!error) sent();
    });
  }
  /** The extension's native lane has ended: what comes up the WebSocket is next. */
  startReading() {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const chunk of early) this.#options.onFrames(chunk);
    this.#up?.resume();
  }
  /** Drops both halves and the port. Idempotent. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#up?.terminate();
    this.#down?.destroy();
    this.#webSockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
  #lose() {
    if (this.#closed) return;
    this.close();
    this.#options.onLost();
  }
  #isTrusted(request) {
    return request.headers.host === `${LOOPBACK}:${this.#port}` && request.headers.origin === this.#options.origin;
  }
  #countRefusal() {
    this.#refusals++;
    if (this.#refusals >= MAX_LANE_REFUSALS) this.#lose();
  }
  #onRequest(request, response) {
    const isDown = this.#isTrusted(request) && request.url === '/down';
    if (isDown && request.method === 'OPTIONS') this.#answerPreflight(response);
    else if (isDown && request.method === 'POST') this.#onDown(request, response);
    else this.#refuse(response);
  }
  #refuse(response) {
    response.writeHead(403, { connection: 'close' }).end();
    this.#countRefusal();
  }
  #answerPreflight(response) {
    response.writeHead(204, {
      'access-control-allow-origin': this.#options.origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-private-network': 'true',
      vary: 'origin',
    });
    response.end();
  }
  #onDown(request, response) {
    const chunks = [];
    let bytes = 0;
    request.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes <= LANE_TOKEN_BYTES * 2) chunks.push(chunk);
    });
    request.once('end', () => {
      if (bytes > LANE_TOKEN_BYTES * 2 || !this.#downToken.redeem(Buffer.concat(chunks))) this.#refuse(response);
      else this.#acceptDown(response);
    });
  }
  #acceptDown(response) {
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
  #onUpgrade(request, socket, head) {
    socket.on('error', () => socket.destroy());
    if (!this.#isTrusted(request) || request.url !== '/up') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      this.#countRefusal();
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      webSocket.once('message', (token) => this.#onUpToken(webSocket, token));
    });
  }
  #onUpToken(webSocket, token) {
    if (!this.#upToken.redeem(token)) {
      webSocket.terminate();
      this.#countRefusal();
      return;
    }
    webSocket.pause();
    webSocket.once('close', () => this.#lose());
    webSocket.on('message', (chunk, isBinary) => {
      if (!isBinary) this.#lose();
      else if (this.#early) this.#early.push(chunk);
      else this.#options.onFrames(chunk);
    });
    this.#up = webSocket;
    this.#checkReady();
  }
  #checkReady() {
    if (!this.#down || !this.#up || this.#closed) return;
    clearTimeout(this.#timer);
    this.#server.close();
    this.#options.onReady();
  }
}
//# sourceMappingURL=fast-lane.js.map
