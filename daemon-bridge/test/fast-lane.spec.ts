import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeCredit,
  type FastLaneOffer,
  INITIAL_CREDIT_BYTES,
  MAX_CREDIT_BYTES,
  MAX_LANE_REFUSALS,
  Opcode,
  parseFastLaneOffer,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import { WebSocket } from 'ws';
import { FastLane } from '../src/fast-lane.js';
import { HelperProcess, ORIGIN } from './helper-process.js';

const EVIL = 'https://evil.example';

interface Attempt {
  readonly method?: string;
  readonly path?: string;
  readonly origin?: string;
  readonly host?: string;
}

/** An HTTP request to the lane's port, with any headers; resolves to the status. */
async function post(port: number, token: string, attempt: Attempt = {}): Promise<number | undefined> {
  const { method = 'POST', path = '/down', origin = ORIGIN, host = `127.0.0.1:${port}` } = attempt;
  const sent = request({ host: '127.0.0.1', port, method, path, headers: { origin, host }, agent: false });
  sent.end(token);
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; headers: object; resume(): void }];
  if (response.statusCode === 403) expect(JSON.stringify(response.headers)).not.toContain('access-control');
  response.resume();
  return response.statusCode;
}

/** Opens the WebSocket half with a token; resolves to what happened to it. */
async function knock(port: number, token: string, { path = '/up', origin = ORIGIN, host }: Attempt = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    origin,
    headers: { host: host ?? `127.0.0.1:${port}` },
  });
  socket.on('open', () => socket.send(token));
  return new Promise<string>((resolve) => {
    socket.on('error', () => resolve('refused'));
    socket.on('close', () => resolve('closed'));
  });
}

describe('the fast lane’s port', () => {
  let lane: FastLane;
  let offer: FastLaneOffer;
  let lost: Promise<void>;
  let events: string[];

  async function open(tokenValidMs = 10_000): Promise<void> {
    events = [];
    lost = new Promise((resolve) => {
      lane = new FastLane({
        origin: ORIGIN,
        tokenValidMs,
        onReady: () => events.push('ready'),
        onFrames: () => events.push('frames'),
        onLost: () => {
          events.push('lost');
          resolve();
        },
      });
    });
    offer = await new Promise<FastLaneOffer>((resolve) => lane.open(resolve));
  }

  beforeEach(() => open());
  afterEach(() => lane.close());

  it('hostile 43: refuses a foreign origin, a foreign host, another path and another method', async () => {
    const { port, downToken, upToken } = offer;
    const attempts: Attempt[] = [
      { origin: EVIL },
      { origin: `${ORIGIN}/` },
      { origin: 'null' },
      { host: 'evil.com' },
      { host: `localhost:${port}` },
      { path: '/' },
    ];
    for (const attempt of attempts) {
      expect([attempt, await post(port, downToken, attempt)]).toEqual([attempt, 403]);
      expect([attempt, await knock(port, upToken, attempt)]).toEqual([attempt, 'refused']);
    }
    for (const method of ['GET', 'PUT']) expect(await post(port, downToken, { method })).toBe(403);
    expect(await post(port, '', { method: 'OPTIONS', origin: EVIL })).toBe(403);
    expect(await post(port, '', { method: 'OPTIONS' })).toBe(204);
    expect(events).toEqual([]);
  });

  it('hostile 43: refuses no token, a wrong one, the other half’s and a used one', async () => {
    const { port, downToken, upToken } = offer;
    for (const token of ['', downToken.slice(1), `${downToken}0`, 'f'.repeat(64), upToken, downToken.toUpperCase()]) {
      expect([token, await post(port, token)]).toEqual([token, 403]);
    }
    expect(await knock(port, downToken)).toBe('closed');
    expect(await post(port, downToken)).toBe(200);
    expect(await post(port, downToken)).toBe(403);
    expect(events).toEqual([]);
  });

  it('hostile 43: shuts after 1,000 wrong tokens', async () => {
    for (let count = 1; count < MAX_LANE_REFUSALS; count++) expect(await post(offer.port, 'f'.repeat(64))).toBe(403);
    await post(offer.port, 'f'.repeat(64)).catch(() => undefined);
    await lost;
    await expect(post(offer.port, offer.downToken)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('hostile 43: shuts when the tokens have run out', async () => {
    lane.close();
    await open(20);
    await lost;
    await expect(post(offer.port, offer.downToken)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** The extension's side of an open lane. */
class LaneClient {
  private constructor(
    readonly offer: FastLaneOffer,
    readonly socket: WebSocket,
    readonly abort: AbortController,
    readonly body: ReadableStream<Uint8Array>,
  ) {}

  static async open(helper: HelperProcess): Promise<LaneClient> {
    helper.send(Opcode.FAST_LANE_OPEN, SESSION_ID);
    const offer = parseFastLaneOffer((await helper.next(SESSION_ID, Opcode.FAST_LANE_OFFER)).payload);
    const socket = new WebSocket(`ws://127.0.0.1:${offer.port}/up`, { origin: ORIGIN });
    socket.on('error', () => undefined);
    await once(socket, 'open');
    socket.send(offer.upToken);
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${offer.port}/down`, {
      method: 'POST',
      body: offer.downToken,
      headers: { origin: ORIGIN },
      signal: abort.signal,
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    if (!response.body) throw new Error('A response without a body');
    return new LaneClient(offer, socket, abort, response.body);
  }

  /** Changes over to the lane in both directions. */
  async switchOver(helper: HelperProcess): Promise<void> {
    await helper.next(SESSION_ID, Opcode.LANE_SWITCH);
    void this.read(helper);
    const native = helper.uplink;
    helper.uplink = HelperProcess.writer((frames) => this.socket.send(frames));
    native.write(Opcode.LANE_SWITCH, SESSION_ID);
    native.flush();
  }

  async read(helper: HelperProcess): Promise<void> {
    const decoder = helper.decoder();
    try {
      for await (const chunk of this.body) decoder.push(chunk);
    } catch {
      // The test that ends a lane looks at what the helper says about it.
    }
  }
}

describe('a helper with a fast lane', () => {
  let helper: HelperProcess;
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    helper = await HelperProcess.ready();
  });

  afterEach(async () => {
    await helper.stop();
    server.close();
    expect(helper.stderr).toBe('');
  });

  it('carries a stream over the change of lanes without losing a byte or its order', async () => {
    const sent = randomBytes(INITIAL_CREDIT_BYTES);
    const id = await helper.connect(port);
    helper.sendData(id, sent.subarray(0, 100_000));
    const lane = await LaneClient.open(helper);
    await helper.next(SESSION_ID, Opcode.LANE_SWITCH);
    const native = helper.uplink;
    helper.uplink = HelperProcess.writer((frames) => lane.socket.send(frames));
    helper.sendData(id, sent.subarray(150_000));
    // The WebSocket was first, but the helper must not read it before the native lane's last frame.
    native.writeData(id, sent.subarray(100_000, 150_000));
    native.flush();
    native.write(Opcode.LANE_SWITCH, SESSION_ID);
    native.flush();
    void lane.read(helper);
    expect((await helper.data(id, sent.length)).equals(sent)).toBe(true);
  });

  it('moves megabytes down it', async () => {
    const lane = await LaneClient.open(helper);
    await lane.switchOver(helper);
    const sent = randomBytes(4 * 1024 * 1024);
    const source = createServer((socket) => socket.end(sent)).listen(0, '127.0.0.1');
    await once(source, 'listening');
    const id = await helper.connect((source.address() as AddressInfo).port, MAX_CREDIT_BYTES);
    expect((await helper.data(id, sent.length)).equals(sent)).toBe(true);
    helper.send(Opcode.CREDIT, id, encodeCredit(1));
    await helper.next(id, Opcode.END);
    source.close();
  });

  it('sends not a byte by the native port while the lane is there', async () => {
    const lane = await LaneClient.open(helper);
    await lane.switchOver(helper);
    const before = helper.nativeBytes;
    const sent = randomBytes(INITIAL_CREDIT_BYTES);
    const id = await helper.connect(port);
    helper.sendData(id, sent);
    expect((await helper.data(id, sent.length)).equals(sent)).toBe(true);
    expect(helper.nativeBytes).toBe(before);
  });

  it('hostile 43: listens no more once both halves are in', async () => {
    const lane = await LaneClient.open(helper);
    await lane.switchOver(helper);
    await expect(post(lane.offer.port, lane.offer.downToken)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each([
    ['the response', (lane: LaneClient) => lane.abort.abort()],
    ['the WebSocket', (lane: LaneClient) => lane.socket.terminate()],
    ['the framing', (lane: LaneClient) => lane.socket.send(Buffer.alloc(9))],
  ])('falls back to the native lane when %s breaks, and can open another', async (_half, breakIt) => {
    const lane = await LaneClient.open(helper);
    const native = helper.uplink;
    await lane.switchOver(helper);
    const old = await helper.connect(port);
    breakIt(lane);
    await helper.next(SESSION_ID, Opcode.LANE_LOST);
    helper.uplink = native;
    // Still of the time before the loss, so it goes nowhere.
    helper.send(Opcode.CREDIT, old, encodeCredit(1));
    helper.send(Opcode.LANE_LOST, SESSION_ID);
    const id = await helper.connect(port);
    helper.sendData(id, Buffer.from('native again'));
    expect((await helper.data(id, 12)).toString()).toBe('native again');
    expect(helper.pending(old, Opcode.CLOSE)).toEqual([]);
    const second = await LaneClient.open(helper);
    await second.switchOver(helper);
    helper.sendData(id, Buffer.from('fast again'));
    expect((await helper.data(id, 10)).toString()).toBe('fast again');
  });

  it('drops its sockets and answers when the extension gives the lane up', async () => {
    const lane = await LaneClient.open(helper);
    const native = helper.uplink;
    await lane.switchOver(helper);
    const id = await helper.connect(port);
    helper.uplink = native;
    helper.send(Opcode.LANE_LOST, SESSION_ID);
    await helper.next(SESSION_ID, Opcode.LANE_LOST);
    helper.sendData(id, Buffer.from('lost'));
    const next = await helper.connect(port);
    helper.sendData(next, Buffer.from('kept'));
    expect((await helper.data(next, 4)).toString()).toBe('kept');
    expect(helper.pending(id, Opcode.DATA)).toEqual([]);
  });
});
