import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bridgeOutcome,
  encodeMessage,
  MAX_NATIVE_MESSAGE_BYTES,
  OLDEST_PROTOCOL_VERSION,
  Opcode,
  parseHelperHello,
  parseHttpResponse,
  PROTOCOL_VERSION,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import packageJson from '../package.json' with { type: 'json' };
import { HELLO, HelperProcess, ORIGIN } from './helper-process.js';

let helper: HelperProcess | undefined;

afterEach(async () => {
  if (helper?.child.exitCode === null) await helper.stop();
  expect(helper?.stderr).toBe('');
});

async function hello(protocol: number, oldestProtocol: number) {
  helper = new HelperProcess();
  helper.sendNative({ hello: { ...HELLO, protocol, oldestProtocol } });
  await once(helper.child.stdout, 'data');
  const [answer] = helper.messages as [{ hello: unknown }];
  return bridgeOutcome({ ...HELLO, protocol, oldestProtocol }, parseHelperHello(answer.hello));
}

/** A helper with one connection to a server of the test. */
async function connected(): Promise<{ helper: HelperProcess; remote: Socket; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const started = await HelperProcess.ready();
  helper = started;
  const incoming = once(server, 'connection') as Promise<[Socket]>;
  await started.connect((server.address() as AddressInfo).port);
  const [remote] = await incoming;
  remote.on('error', () => undefined);
  remote.resume();
  return { helper: started, remote, close: () => server.close() };
}

describe('the helper', () => {
  it('hostile 51: says hello, from which an older or newer extension learns who is too old', async () => {
    expect(await hello(PROTOCOL_VERSION, PROTOCOL_VERSION)).toMatchObject({
      state: 'ready',
      protocol: PROTOCOL_VERSION,
      helper: { version: packageJson.version, platform: process.platform },
    });
    await helper?.stop();
    expect(await hello(9, PROTOCOL_VERSION + 1)).toEqual({
      state: 'helper-too-old',
      helperVersion: packageJson.version,
    });
    await helper?.stop();
    expect(await hello(9, 1)).toMatchObject({ state: 'ready', protocol: PROTOCOL_VERSION });
    await helper?.stop();
    expect(await hello(OLDEST_PROTOCOL_VERSION - 1, 1)).toMatchObject({ state: 'extension-too-old' });
  });

  it('ends with the port, and its connections with it', async () => {
    const { helper: running, remote, close } = await connected();
    running.child.stdin.end();
    await once(remote, 'close');
    expect(await running.exited).toBe(0);
    close();
  });

  it('ends on SIGTERM, and its connections with it', async () => {
    const { helper: running, remote, close } = await connected();
    running.child.kill('SIGTERM');
    await once(remote, 'close');
    expect(await running.exited).toBe(0);
    close();
  });

  it('hostile 44: serves no other extension, and nobody without an origin', async () => {
    for (const caller of [['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'], ['https://evil.example/'], []]) {
      helper = new HelperProcess(caller);
      expect(await helper.exited).toBe(2);
      expect(helper.messages).toEqual([]);
    }
    helper = new HelperProcess([`--extension-id=${'b'.repeat(32)}`, `${ORIGIN}/`]);
    expect(await helper.exited).toBe(2);
  });

  it('hostile 54: gives up on lost framing, frames before the hello and broken native messages', async () => {
    helper = await HelperProcess.ready();
    helper.sendNative({ f: Buffer.alloc(9).toString('base64') });
    expect(await helper.closed(SESSION_ID)).toMatchObject({ code: 'protocol' });
    expect(await helper.exited).toBe(1);

    helper = new HelperProcess();
    helper.sendNative({ f: '' });
    expect(await helper.closed(SESSION_ID)).toMatchObject({ code: 'protocol' });
    expect(await helper.exited).toBe(1);

    const tooLong = Buffer.alloc(4);
    tooLong.writeUInt32LE(MAX_NATIVE_MESSAGE_BYTES + 1);
    for (const bytes of [tooLong, Buffer.from('\x01\x00\x00\x00{')]) {
      helper = new HelperProcess();
      helper.child.stdin.write(bytes);
      expect(await helper.exited).toBe(1);
    }
  });

  it('makes HTTP requests under the policy it is told', async () => {
    const server = createHttpServer((_request, response) => response.end('b'.repeat(100_000))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const request = { url: `http://127.0.0.1:${port}/x`, headers: {}, timeoutMs: 5000, maxBytes: 200_000 };
    helper = await HelperProcess.ready();
    expect(await helper.closed(helper.open(Opcode.HTTP_REQUEST, request))).toMatchObject({ code: 'blocked-address' });
    helper.send(Opcode.NETWORK_POLICY, SESSION_ID, encodeMessage({ allowLoopback: true, allowLan: false }));
    const id = helper.open(Opcode.HTTP_REQUEST, request);
    expect(parseHttpResponse((await helper.next(id, Opcode.HTTP_RESPONSE)).payload)).toEqual({ status: 200 });
    await helper.next(id, Opcode.END);
    const body = Buffer.concat(helper.pending(id, Opcode.HTTP_BODY).map(({ payload }) => payload));
    expect(body.toString()).toBe('b'.repeat(100_000));
    server.close();
    server.closeAllConnections();
  });

  it('sends the stopped announces it holds when the port ends, and no others', async () => {
    const seen: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      seen.push(request.url);
      if (request.url !== '/announce?silent') response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    helper = await HelperProcess.ready();
    const hold = (key: string, path: string | null) => {
      const url = path === null ? null : `http://127.0.0.1:${port}${path}`;
      helper?.send(Opcode.STOPPED_REQUEST, SESSION_ID, encodeMessage({ key, url, headers: {} }));
    };
    hold('a', '/announce?old');
    hold('a', '/announce?new');
    hold('b', '/announce?gone');
    hold('b', null);
    hold('c', '/announce?silent');
    hold('d', '/admin');
    await helper.stop();
    expect(await helper.exited).toBe(0);
    expect(seen.sort()).toEqual(['/announce?new', '/announce?silent']);
    server.close();
    server.closeAllConnections();
  });
});
