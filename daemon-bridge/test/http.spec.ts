import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeReason } from '../src/close-reason.js';
import { HttpPool } from '../src/http-pool.js';
import { httpGet } from '../src/http.js';
import { NetworkPolicy } from '../src/network-policy.js';

let server: Server;
let base: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let policy: NetworkPolicy;
const names = new Map([
  ['tracker.example', '127.0.0.1'],
  ['private.example', '127.0.0.1'],
]);

beforeEach(async () => {
  policy = new NetworkPolicy((host) => Promise.resolve([{ address: names.get(host) ?? '192.0.2.1', family: 4 }]));
  answer = (_request, response) => response.end('ok');
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${port()}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

async function get(url: string, limits: { timeoutMs?: number; maxBytes?: number; signal?: AbortSignal } = {}) {
  const { timeoutMs = 5000, maxBytes = 1000, signal = new AbortController().signal } = limits;
  const reply = await httpGet(
    { url, headers: { 'User-Agent': 'test', Host: 'evil' }, timeoutMs, maxBytes },
    { policy, signal },
  );
  return { status: reply.status, body: Buffer.from(reply.body).toString() };
}

async function failure(url: string, limits = {}): Promise<string> {
  return get(url, limits).then(
    ({ status }) => `status ${status}`,
    (error: unknown) => closeReason(error).code,
  );
}

describe('an HTTP request', () => {
  it('sends path and query as written, with its headers and the real host', async () => {
    answer = ({ url, headers }, response) => response.end(JSON.stringify([url, headers.host, headers['user-agent']]));
    const path = "/announce?info_hash=%aB%41~'[]|x&a=%2e%2E/";
    expect(JSON.parse((await get(`${base}${path}#fragment`)).body)).toEqual([path, `127.0.0.1:${port()}`, 'test']);
    policy.set({ allowLoopback: true, allowLan: false });
    await expect(get(`${base}?a b`)).rejects.toMatchObject({ code: 'bad-url' });
    expect(JSON.parse((await get(`${base}?a`)).body)).toContain('/?a');
  });

  it('keeps the name in the Host header and connects to the address that was judged', async () => {
    answer = ({ headers }, response) => response.end(headers.host);
    expect((await get(`http://tracker.example:${port()}/announce`)).body).toBe(`tracker.example:${port()}`);
  });

  it('says why when all addresses of a name fail', async () => {
    policy = new NetworkPolicy(() =>
      Promise.resolve([
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.3', family: 4 },
      ]),
    );
    const error = await get(`http://several.example:${port()}/announce`).catch((reason: unknown) => reason);
    expect(closeReason(error)).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it.each([
    ['gzip', gzipSync('tracker says')],
    ['x-gzip', gzipSync('tracker says')],
    ['deflate', deflateSync('tracker says')],
    ['identity', Buffer.from('tracker says')],
  ])('decodes %s', async (coding, body) => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': coding }).end(body);
    expect(await get(`${base}/announce`)).toEqual({ status: 200, body: 'tracker says' });
  });

  it('passes any status on, with its body', async () => {
    answer = (_request, response) => response.writeHead(503).end('busy');
    expect(await get(`${base}/announce`)).toEqual({ status: 503, body: 'busy' });
  });

  it('gives up in time, and at once when aborted', async () => {
    answer = () => undefined;
    expect(await failure(`${base}/announce`, { timeoutMs: 30 })).toBe('timeout');
    answer = (_request, response) => response.write('slow');
    expect(await failure(`${base}/announce`, { timeoutMs: 50 })).toBe('timeout');
    await expect(get(`${base}/announce`, { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('tells its failures apart', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    expect(await failure(`${base}/announce`)).toBe('bad-response');
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x');
    expect(await failure(`${base}/announce`)).toBe('bad-response');
    answer = (_request, response) => response.socket?.end('junk\r\n\r\n');
    expect(await failure(`${base}/announce`)).toBe('bad-response');
    expect(await failure('file:///etc/passwd')).toBe('bad-url');
    expect(await failure('no url')).toBe('bad-url');
    server.close();
    server.closeAllConnections();
    expect(await failure(`${base}/announce`)).toBe('refused');
  });

  it('hostile 31: stops at the size limit, of a gzip bomb too', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    expect(await failure(`${base}/announce`)).toBe('too-large');
    answer = (_request, response) => response.end(Buffer.alloc(1001));
    expect(await failure(`${base}/announce`)).toBe('too-large');
  });

  it('hostile 34: a TLS error is a failure of its own', async () => {
    const secure = createSecureServer().listen(0, '127.0.0.1');
    await once(secure, 'listening');
    expect(await failure(`https://127.0.0.1:${(secure.address() as AddressInfo).port}/announce`)).toBe('tls');
    secure.close();
  });
});

describe('hostile 33: requests stay off private addresses', () => {
  it('by whatever name, unless the path is a tracker’s', async () => {
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', 'private.example']) {
      for (const path of [
        '/admin',
        '/?x',
        '/announce/../admin',
        '/announce/%2e%2e/admin',
        '/setup.cgi/../announce?x',
        '/cgi-bin/reboot/../../announce',
        '/apply.cgi/%2e%2e/announce',
        '/apply.cgi/.%2E/announce',
        '/./announce',
        '/a/b/c/announce',
        '/xannounce',
      ]) {
        expect([host, path, await failure(`http://${host}:${port()}${path}`)]).toEqual([host, path, 'blocked-address']);
      }
    }
    for (const url of [
      'http://[::1]/',
      'http://192.168.1.1/?x',
      'http://169.254.169.254/latest/',
      'http://[64:ff9b::a00:1]/',
    ]) {
      expect([url, await failure(url)]).toEqual([url, 'blocked-address']);
    }
    for (const path of ['/announce', '/announce.php?x', '/scrape', '/passkey/announce', '/announce/passkey']) {
      expect([path, await failure(`${base}${path}`)]).toEqual([path, 'status 200']);
    }
  });

  it('after a redirect too, even to a tracker’s path', async () => {
    const redirect = (location: string) => {
      answer = ({ url }, response) => {
        if (url === '/announce') response.writeHead(302, { location }).end();
        else response.end('secret');
      };
    };
    for (const location of ['/admin', `${base}/scrape`, `http://private.example:${port()}/announce?x`, '//0x7f.1/']) {
      redirect(location);
      expect([location, await failure(`${base}/announce`)]).toEqual([location, 'blocked-address']);
    }
    redirect('file:///etc/passwd');
    expect(await failure(`${base}/announce`)).toBe('bad-url');
  });

  it('by a kept connection too: it serves only requests that would have got one of their own', async () => {
    const pool = new HttpPool();
    const seen: string[] = [];
    let connections = 0;
    server.on('connection', () => connections++);
    answer = ({ url }, response) => {
      seen.push(url ?? '');
      response.end('ok');
    };
    const ask = async (path: string, family?: 4 | 6) => {
      const url = `http://private.example:${port()}${path}`;
      const request = { url, headers: {}, family, timeoutMs: 5000, maxBytes: 1000 };
      return httpGet(request, { policy, pool, signal: new AbortController().signal }).then(
        ({ status }) => status,
        (error: unknown) => closeReason(error).code,
      );
    };
    expect([await ask('/announce?a'), await ask('/announce?b'), connections]).toEqual([200, 200, 1]);
    expect(await ask('/admin')).toBe('blocked-address');
    expect([await ask('/announce?c', 6), await ask('/announce?d', 4), connections]).toEqual(['dns', 200, 2]);
    expect(seen).toEqual(['/announce?a', '/announce?b', '/announce?d']);
    pool.close();
  });

  it('until a setting opens them', async () => {
    policy.set({ allowLoopback: true, allowLan: false });
    answer = ({ url }, response) => {
      if (url === '/announce') response.writeHead(301, { location: '/moved' }).end();
      else response.end('moved');
    };
    expect((await get(`${base}/announce`)).body).toBe('moved');
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await failure(`${base}/again`)).toBe('too-many-redirects');
  });
});
