import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeCredit,
  INITIAL_CREDIT_BYTES,
  MAX_PENDING_ACCEPTS,
  MAX_TCP_SOCKETS,
  Opcode,
  parseAccepted,
  parseBound,
  parseConnected,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import { HelperProcess } from './helper-process.js';

let helper: HelperProcess;
let server: Server;
let port: number;

beforeEach(async () => {
  helper = await HelperProcess.ready();
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  await helper.stop();
  server.close();
  expect(helper.stderr).toBe('');
});

async function incoming(): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined);
  return socket;
}

async function listen(): Promise<{ id: number; port: number }> {
  const id = helper.open(Opcode.LISTEN, { host: '127.0.0.1', port: 0 });
  const { local } = parseBound((await helper.next(id, Opcode.LISTENING)).payload);
  return { id, port: local.port };
}

describe('a dialled connection', () => {
  it('carries megabytes both ways, in order', async () => {
    server.on('connection', (socket) => socket.pipe(socket));
    const sent = randomBytes(8 * 1024 * 1024);
    const id = await helper.connect(port);
    const send = async () => {
      let credit = INITIAL_CREDIT_BYTES;
      for (let offset = 0; offset < sent.length;) {
        if (credit === 0) credit = (await helper.next(id, Opcode.CREDIT)).payload.readUInt32BE(0);
        const length = Math.min(credit, 64 * 1024, sent.length - offset);
        helper.sendData(id, sent.subarray(offset, offset + length));
        offset += length;
        credit -= length;
      }
    };
    const receive = async () => {
      const parts: Buffer[] = [];
      for (let received = 0; received < sent.length;) {
        const { payload } = await helper.next(id, Opcode.DATA);
        parts.push(payload);
        received += payload.length;
        helper.send(Opcode.CREDIT, id, encodeCredit(payload.length));
      }
      return Buffer.concat(parts);
    };
    const [received] = await Promise.all([receive(), send()]);
    expect(received.equals(sent)).toBe(true);
  });

  it('tells both endpoints', async () => {
    const id = helper.open(Opcode.CONNECT, { host: '127.0.0.1', port });
    const socket = await incoming();
    expect(parseConnected((await helper.next(id, Opcode.CONNECTED)).payload)).toEqual({
      local: { host: '127.0.0.1', port: socket.remotePort },
      remote: { host: '127.0.0.1', port },
    });
  });

  it('can be closed by half from either side', async () => {
    const [id, socket] = await Promise.all([helper.connect(port), incoming()]);
    socket.end('bye');
    expect((await helper.data(id, 3)).toString()).toBe('bye');
    await helper.next(id, Opcode.END);
    helper.sendData(id, Buffer.from('still here'));
    expect(String((await once(socket, 'data'))[0])).toBe('still here');
    helper.send(Opcode.END, id);
    await once(socket, 'end');
    expect(await helper.closed(id)).toBeUndefined();
  });

  it('is read no further than its credit reaches, and goes on with more', async () => {
    const sent = randomBytes(300_000);
    server.once('connection', (socket) => socket.end(sent));
    const id = await helper.connect(port, 1000);
    const first = await helper.data(id, 1000);
    const echo = await helper.connect(port, 0);
    expect(helper.pending(id, Opcode.DATA)).toEqual([]);
    helper.send(Opcode.CLOSE, echo);
    helper.send(Opcode.CREDIT, id, encodeCredit(sent.length));
    expect(Buffer.concat([first, await helper.data(id, sent.length - 1000)]).equals(sent)).toBe(true);
    await helper.next(id, Opcode.END);
  });

  it('gives no credit for what a silent reader has not taken', async () => {
    server.once('connection', (socket) => socket.pause());
    const id = await helper.connect(port);
    let granted = INITIAL_CREDIT_BYTES;
    let sent = 0;
    // The kernel's buffers take some megabytes; then grants end, which the answer to another connection proves.
    for (let idle = 0; idle < 3;) {
      if (granted > sent) helper.sendData(id, new Uint8Array(granted - sent));
      sent = granted;
      helper.send(Opcode.CLOSE, await helper.connect(port, 0));
      const grants = helper.pending(id, Opcode.CREDIT).length;
      for (let index = 0; index < grants; index++) {
        granted += (await helper.next(id, Opcode.CREDIT)).payload.readUInt32BE(0);
      }
      idle = grants === 0 ? idle + 1 : 0;
      expect(granted).toBeLessThan(64 * 1024 * 1024);
    }
    expect(granted).toBe(sent);
  });

  it('that is closed by the extension is gone for the remote', async () => {
    const [id, socket] = await Promise.all([helper.connect(port), incoming()]);
    helper.send(Opcode.CLOSE, id);
    socket.resume();
    socket.end();
    await once(socket, 'close');
    expect(helper.pending(id, Opcode.CLOSE)).toEqual([]);
  });

  it('reports a refusal and a reset', async () => {
    const listening = createServer().listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const unused = (listening.address() as AddressInfo).port;
    listening.close();
    const refused = helper.open(Opcode.CONNECT, { host: '127.0.0.1', port: unused });
    expect(await helper.closed(refused)).toMatchObject({ code: 'refused' });
    const [id, socket] = await Promise.all([helper.connect(port), incoming()]);
    socket.resetAndDestroy();
    expect(await helper.closed(id)).toMatchObject({ code: 'reset' });
  });

  it('is not made by a name that leads to this machine', async () => {
    const id = helper.open(Opcode.CONNECT, { host: 'localhost', port });
    expect(await helper.closed(id)).toMatchObject({ code: 'blocked-address' });
  });

  it('over the limit is refused', async () => {
    const first = await helper.connect(port);
    for (let count = 1; count < MAX_TCP_SOCKETS; count++) await helper.connect(port, 0);
    const id = helper.open(Opcode.CONNECT, { host: '127.0.0.1', port });
    expect(await helper.closed(id)).toMatchObject({ code: 'too-many-sockets' });
    helper.send(Opcode.CLOSE, first);
    await helper.connect(port);
  });
});

describe('a listener', () => {
  it('announces connections, which are read once they have credit', async () => {
    const listener = await listen();
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('hello');
    const accepted = parseAccepted((await helper.next(listener.id, Opcode.ACCEPTED)).payload);
    expect(accepted.local.port).toBe(listener.port);
    expect(accepted.remote.port).toBe(socket.localPort);
    await helper.next(accepted.socketId, Opcode.CREDIT);
    helper.send(Opcode.CREDIT, accepted.socketId, encodeCredit(2));
    expect((await helper.data(accepted.socketId, 2)).toString()).toBe('he');
    helper.send(Opcode.CREDIT, accepted.socketId, encodeCredit(10));
    expect((await helper.data(accepted.socketId, 3)).toString()).toBe('llo');
    helper.sendData(accepted.socketId, Buffer.from('hi'));
    expect(String((await once(socket, 'data'))[0])).toBe('hi');
    socket.end();
    await helper.next(accepted.socketId, Opcode.END);
    helper.send(Opcode.END, accepted.socketId);
    expect(await helper.closed(accepted.socketId)).toBeUndefined();
  });

  it('says when the port is taken', async () => {
    const id = helper.open(Opcode.LISTEN, { host: '127.0.0.1', port });
    expect(await helper.closed(id)).toMatchObject({ code: 'address-in-use' });
  });

  it('leaves its connections alone when it closes, and accepts no more', async () => {
    const listener = await listen();
    const socket = connect(listener.port, '127.0.0.1');
    const { socketId } = parseAccepted((await helper.next(listener.id, Opcode.ACCEPTED)).payload);
    helper.send(Opcode.CLOSE, listener.id);
    helper.send(Opcode.CREDIT, socketId, encodeCredit(10));
    socket.write('x');
    await helper.data(socketId, 1);
    const late = connect(listener.port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    socket.destroy();
  });

  it('hostile 28: closes connections on arrival while too many wait for the extension', async () => {
    const listener = await listen();
    const sockets = Array.from({ length: MAX_PENDING_ACCEPTS }, () => connect(listener.port, '127.0.0.1'));
    const accepted: number[] = [];
    while (accepted.length < sockets.length) {
      accepted.push(parseAccepted((await helper.next(listener.id, Opcode.ACCEPTED)).payload).socketId);
    }
    const rejected = connect(listener.port, '127.0.0.1');
    rejected.on('error', () => undefined);
    rejected.resume();
    await once(rejected, 'close');
    helper.send(Opcode.CREDIT, accepted[0] ?? 0, encodeCredit(1));
    await helper.connect(port, 0);
    const next = connect(listener.port, '127.0.0.1');
    await helper.next(listener.id, Opcode.ACCEPTED);
    for (const socket of [...sockets, next]) socket.destroy();
  });
});

describe('hostile 54: a frame that breaks the rules costs its own id', () => {
  const violation = (rule: string): unknown => ({ code: 'protocol', message: expect.stringContaining(rule) as string });
  let bystander: number;

  beforeEach(async () => {
    server.on('connection', (socket) => socket.on('error', () => undefined).pipe(socket));
    bystander = await helper.connect(port);
  });

  afterEach(async () => {
    helper.sendData(bystander, Buffer.from('unharmed'));
    expect((await helper.data(bystander, 8)).toString()).toBe('unharmed');
  });

  it.each([
    ['1 GiB of credit', Opcode.CREDIT, encodeCredit(2 ** 30), 'credit-too-large'],
    ['credit of three bytes', Opcode.CREDIT, Uint8Array.of(1, 2, 3), 'bad-payload'],
    ['credit on top of the most there may be', Opcode.CREDIT, encodeCredit(1), 'credit-too-large'],
    ['an unknown opcode', 0xee, undefined, 'wrong-state'],
    ['an answer only the helper gives', Opcode.CONNECTED, undefined, 'wrong-state'],
  ])('%s', async (_name, opcode, payload, rule) => {
    const id = await helper.connect(port);
    helper.send(opcode, id, payload);
    expect(await helper.closed(id)).toEqual(violation(rule));
  });

  it('data beyond the credit', async () => {
    const id = await helper.connect(port);
    helper.uplink = HelperProcess.writer((frames) => helper.sendNative({ f: Buffer.from(frames).toString('base64') }));
    helper.sendData(id, new Uint8Array(INITIAL_CREDIT_BYTES + 1));
    expect(await helper.closed(id)).toEqual(violation('credit-overflow'));
  });

  it('an id that was never opened, and one opened twice', async () => {
    helper.sendData(99, Buffer.from('x'));
    expect(await helper.closed(99)).toEqual(violation('unknown-socket-id'));
    const id = await helper.connect(port);
    helper.send(Opcode.CONNECT, id, Buffer.from(JSON.stringify({ host: '127.0.0.1', port })));
    expect(await helper.closed(id)).toEqual(violation('reused-socket-id'));
  });

  it('a payload that is too long', async () => {
    const id = await helper.connect(port);
    const frame = Buffer.alloc(9 + 70_000);
    frame.writeUInt32BE(frame.length - 4);
    frame.writeUInt8(Opcode.DATA, 4);
    frame.writeUInt32BE(id, 5);
    helper.sendNative({ f: frame.toString('base64') });
    expect(await helper.closed(id)).toEqual(violation('frame-too-long'));
  });

  it('but frames for an id that is closed are dropped in silence', async () => {
    const id = await helper.connect(port);
    helper.send(Opcode.CLOSE, id);
    helper.sendData(id, Buffer.from('late'));
    helper.send(Opcode.CLOSE, id);
    helper.send(0xee, SESSION_ID);
    await helper.connect(port);
    expect(helper.pending(id, Opcode.CLOSE)).toEqual([]);
  });
});
