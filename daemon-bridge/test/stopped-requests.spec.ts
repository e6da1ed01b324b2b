import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeMessage,
  MAX_STOPPED_REQUESTS,
  MAX_STOPPED_REQUESTS_CHARS,
  Opcode,
  SESSION_ID,
  type StoppedRequest,
} from '@jstorrent/bridge-protocol';
import { NetworkPolicy } from '../src/network-policy.js';
import { StoppedRequests } from '../src/stopped-requests.js';
import { HelperProcess } from './helper-process.js';

const CONNECT = 0;
const ANNOUNCE = 1;
const ERROR = 3;
const PROTOCOL_ID = 0x41727101980n;
const CONNECTION_ID = 0x1122334455667788n;

type Interference = (request: Buffer, reply: (bytes: Buffer) => void) => 'ignore' | undefined;

let tracker: Socket;
/** Announces with the right connection id, without their header. */
let announced: string[];
let connects: number;
let interfere: Interference;
let requests: StoppedRequests;
let httpTracker: Server | undefined;
let fetched: (string | undefined)[];
let peakConnections: number;

beforeEach(async () => {
  announced = [];
  connects = 0;
  interfere = () => undefined;
  requests = new StoppedRequests(new NetworkPolicy(() => Promise.resolve([{ address: '127.0.0.1', family: 4 }])));
  tracker = createSocket('udp4').bind(0, '127.0.0.1');
  tracker.on('message', answer);
  await once(tracker, 'listening');
});

afterEach(() => {
  tracker.close();
  httpTracker?.close();
  httpTracker?.closeAllConnections();
  httpTracker = undefined;
});

/** Its URL, without a path. */
async function startHttpTracker(): Promise<string> {
  fetched = [];
  peakConnections = 0;
  let open = 0;
  httpTracker = createServer(({ url }, response) => {
    fetched.push(url);
    response.end('d8:intervali1800ee');
  }).listen(0, '127.0.0.1');
  httpTracker.on('connection', (socket) => {
    peakConnections = Math.max(peakConnections, ++open);
    socket.once('close', () => open--);
  });
  await once(httpTracker, 'listening');
  return `http://127.0.0.1:${(httpTracker.address() as AddressInfo).port}`;
}

/** A tracker as BEP 15 says. */
function answer(request: Buffer, { port, address }: RemoteInfo): void {
  const reply = (bytes: Buffer) => tracker.send(bytes, port, address);
  const action = request.readUInt32BE(8);
  if (action === CONNECT) connects++;
  if (interfere(request, reply) === 'ignore') return;
  if (action === CONNECT && request.readBigUInt64BE(0) === PROTOCOL_ID && request.length === 16) {
    reply(replyTo(request, { body: connectionId() }));
  } else if (action === ANNOUNCE && request.readBigUInt64BE(0) === CONNECTION_ID) {
    announced.push(request.toString('latin1', 16));
    reply(replyTo(request, { body: Buffer.alloc(12) }));
  }
}

function replyTo(request: Buffer, { action = request.readUInt32BE(8), body }: { action?: number; body: Buffer }) {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(action);
  header.writeUInt32BE(request.readUInt32BE(12), 4);
  return Buffer.concat([header, body]);
}

function connectionId(): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(CONNECTION_ID);
  return bytes;
}

/** Headers of zeros but for the action, then 82 bytes of `mark`. */
function datagram(mark: string): string {
  const bytes = Buffer.alloc(98, mark);
  bytes.fill(0, 0, 16).writeUInt32BE(ANNOUNCE, 8);
  return bytes.toString('base64');
}

function held(mark: string, changes: Partial<StoppedRequest> = {}): StoppedRequest {
  const url = `udp://127.0.0.1:${tracker.address().port}/announce`;
  return { key: mark, url, headers: {}, datagram: datagram(mark), ...changes };
}

describe('stopped announces to UDP trackers', () => {
  it('reach the tracker from the helper when the port ends, all by one connection id', async () => {
    const helper = await HelperProcess.ready();
    const marks = Array.from({ length: 40 }, (_, index) => String.fromCharCode(65 + index));
    for (const mark of [...marks, 'gone']) {
      helper.send(Opcode.STOPPED_REQUEST, SESSION_ID, encodeMessage(held(mark)));
    }
    helper.send(Opcode.STOPPED_REQUEST, SESSION_ID, encodeMessage({ key: 'gone', url: null, headers: {} }));
    await helper.stop();
    expect(await helper.exited).toBe(0);
    expect(announced.sort()).toEqual(marks.map((mark) => mark.repeat(82)));
    expect(connects).toBe(1);
    expect(helper.stderr).toBe('');
  });

  it('are sent again while there is time, since datagrams get lost', async () => {
    const lost = new Set<number>();
    interfere = (request) => {
      const action = request.readUInt32BE(8);
      if (lost.has(action)) return undefined;
      lost.add(action);
      return 'ignore';
    };
    requests.set(held('a'));
    await requests.sendAll();
    expect(lost.size).toBe(2);
    expect(announced).toEqual(['a'.repeat(82)]);
  });

  it('hostile 32: take no reply of a wrong transaction, cut short, or from elsewhere', async () => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    tracker.removeAllListeners('message');
    tracker.on('message', (request, from) => {
      if (request.readUInt32BE(8) === CONNECT) {
        const right = replyTo(request, { body: Buffer.alloc(8) });
        stranger.send(right, from.port, from.address);
        const wrong = Buffer.from(right);
        wrong.writeUInt32BE((wrong.readUInt32BE(4) ^ 1) >>> 0, 4);
        for (const bytes of [wrong, right.subarray(0, 15), right.subarray(0, 3)]) tracker.send(bytes, from.port);
      }
      answer(request, from);
    });
    requests.set(held('a'));
    await requests.sendAll();
    expect(announced).toEqual(['a'.repeat(82)]);
    stranger.close();
  });

  it('that the tracker refuses are not repeated, and the others go on', async () => {
    let refused = 0;
    interfere = (request, reply) => {
      if (request.readUInt32BE(8) !== ANNOUNCE || request.toString('latin1', 16, 17) !== 'b') return undefined;
      refused++;
      reply(replyTo(request, { action: ERROR, body: Buffer.from('no') }));
      return 'ignore';
    };
    requests.set(held('b'));
    requests.set(held('a'));
    await requests.sendAll();
    expect([announced, refused]).toEqual([['a'.repeat(82)], 1]);
  });

  it('are given up after 1.5 s, whether the tracker is silent or its name does not resolve', async () => {
    interfere = () => 'ignore';
    const patient = new StoppedRequests(new NetworkPolicy(() => new Promise(() => undefined)));
    for (const mark of ['a', 'b']) patient.set(held(mark));
    patient.set(held('c', { url: 'udp://tracker.example:80' }));
    const startedAt = performance.now();
    await patient.sendAll();
    expect(performance.now() - startedAt).toBeGreaterThan(1400);
    expect(connects).toBeGreaterThan(1);
  });

  it('hostile 33: go to this machine only by an announce path, whether by its address or by a name', async () => {
    const { port } = tracker.address();
    for (const url of ['127.0.0.1', 'private.example'].map((host) => `udp://${host}:${port}`)) {
      requests.set(held(url, { url }));
      requests.set(held(`${url}/`, { url: `${url}/admin` }));
    }
    await requests.sendAll();
    expect(connects).toBe(0);
    const open = new NetworkPolicy(() => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
    open.set({ allowLoopback: true, allowLan: false });
    const allowed = new StoppedRequests(open);
    allowed.set(held('a', { url: `udp://private.example:${port}` }));
    await allowed.sendAll();
    requests.set(held('b', { url: `udp://private.example:${port}/announce` }));
    await requests.sendAll();
    expect(announced).toEqual(['a'.repeat(82), 'b'.repeat(82)]);
  });

  it('go by each family of a name that is asked for', async () => {
    const { port } = tracker.address();
    const tracker6 = createSocket('udp6').bind(port, '::1');
    const heard6: number[] = [];
    tracker6.on('message', (request, from) => {
      heard6.push(request.readUInt32BE(8));
      tracker6.send(replyTo(request, { body: connectionId() }), from.port, from.address);
    });
    await once(tracker6, 'listening');
    const both = new StoppedRequests(
      new NetworkPolicy(() =>
        Promise.resolve([
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
      ),
    );
    const url = `udp://both.example:${port}/announce`;
    both.set(held('a', { url, family: 4 }));
    both.set(held('b', { url, family: 6 }));
    await both.sendAll();
    expect(announced).toEqual(['a'.repeat(82)]);
    expect(heard6).toEqual([CONNECT, ANNOUNCE]);
    tracker6.close();
  });

  it('of a thousand torrents with two trackers each all arrive', async () => {
    const url = await startHttpTracker();
    for (let torrent = 0; torrent < 1000; torrent++) {
      const mark = torrent.toString().padStart(4, '0');
      requests.set(held(mark, { datagram: datagram(mark) }));
      requests.set({ key: `h${mark}`, url: `${url}/announce?info_hash=${mark}`, headers: {} });
    }
    await requests.sendAll();
    expect(new Set(announced.map((text) => text.slice(0, 4))).size).toBe(1000);
    expect(new Set(fetched).size).toBe(1000);
    expect(connects).toBe(1);
    expect(peakConnections).toBeLessThanOrEqual(128);
  });

  it('are bounded by number and by size, the oldest given up first', async () => {
    const idle = { url: 'udp://', datagram: datagram('x') };
    requests.set(held('a'));
    requests.set(held('b'));
    for (let count = 1; count < MAX_STOPPED_REQUESTS; count++) requests.set(held(`${count}`, idle));
    await requests.sendAll();
    expect(announced).toEqual(['b'.repeat(82)]);
    requests.set(held('c'));
    for (const mark of ['x', 'y']) requests.set(held(mark.repeat(MAX_STOPPED_REQUESTS_CHARS / 2), idle));
    requests.set(held('d'));
    await requests.sendAll();
    expect(announced).toEqual(['b'.repeat(82), 'd'.repeat(82)]);
  });

  it('that are none are left out', async () => {
    const { port } = tracker.address();
    requests.set(held('a', { datagram: 'AAAA' }));
    requests.set(held('b', { datagram: Buffer.alloc(1401).toString('base64') }));
    const path = '/announce';
    for (const place of ['127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', `:${port}`, '', `127.0.0.1:${port}x`]) {
      requests.set(held(place, { url: `udp://${place}${path}` }));
    }
    requests.set(held('c', { url: `udp://127.0.0.1:${port}${path}`, datagram: undefined }));
    await requests.sendAll();
    expect(connects).toBe(0);
  });
});
