import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse, IHttpClient } from '../../src/interfaces/http.js';
import { expectCode, inWorld, pattern, settle, type ComplianceHarness, type HarnessFactory } from './harness.js';

export interface HttpHarness extends ComplianceHarness {
  /** A client that may ask every address but these literals. */
  createClient(options: { readonly blockedAddresses: readonly string[] }): IHttpClient | Promise<IHttpClient>;
}

interface Site {
  readonly port: number;
  readonly url: string;
  readonly requests: IncomingMessage[];
  readonly close: () => Promise<void>;
}

type Responder = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on loopback. */
async function openSite(respond: Responder): Promise<Site> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Subject {
  readonly harness: HttpHarness;
  readonly site: Site;
  readonly get: (url: string, options?: Partial<HttpRequest>) => Promise<HttpResponse>;
  readonly fails: (url: string, code: string, options?: Partial<HttpRequest>) => Promise<void>;
}

/** What an {@link IHttpClient} promises, against a real server on loopback. */
export function describeHttpClient(name: string, createHarness: HarnessFactory<HttpHarness>): void {
  const test = (
    title: string,
    respond: Responder,
    body: (subject: Subject) => Promise<void>,
    blockedAddresses: readonly string[] = [],
  ): void => {
    const run = async (harness: HttpHarness): Promise<void> => {
      const site = await openSite(respond);
      try {
        const client = await harness.createClient({ blockedAddresses });
        const request = (url: string, options: Partial<HttpRequest> = {}): HttpRequest => ({
          url,
          timeoutMs: 5_000,
          maxBytes: 100_000,
          ...options,
        });
        await body({
          harness,
          site,
          get: (url, options) => settle(harness, client.get(request(url, options))),
          fails: (url, code, options) => expectCode(harness, client.get(request(url, options)), code),
        });
      } finally {
        await site.close();
      }
    };
    it(title, { timeout: 30_000 }, inWorld(createHarness, run));
  };
  const reply =
    (body: Uint8Array, headers: Record<string, string> = {}, status = 200): Responder =>
    (_request, response) =>
      void response.writeHead(status, headers).end(body);
  const redirectTo =
    (location: (path: string) => string): Responder =>
    (request, response) => {
      const path = request.url ?? '';
      if (path === '/end') response.end('arrived');
      else response.writeHead(302, { location: location(path) }).end();
    };

  describe(`${name}: HTTP client`, () => {
    test('gives status and body', reply(pattern(5000)), async ({ site, get }) => {
      expect(await get(`${site.url}/x`)).toEqual({ status: 200, body: pattern(5000) });
      expect(site.requests[0]?.method).toBe('GET');
      expect(site.requests[0]?.headers.host).toBe(`127.0.0.1:${site.port}`);
    });

    test('a status of failure is a reply like any other', reply(pattern(9), {}, 503), async ({ site, get }) => {
      expect(await get(site.url)).toEqual({ status: 503, body: pattern(9) });
    });

    test('sends the path and the query exactly as written', reply(pattern(1)), async ({ site, get }) => {
      const path = `/a/./b/../announce;x?info_hash=%aB%00~!'()*%7e&peer_id=-JT-%2F+%zz|"&x=[]{}^`;
      await get(`${site.url}${path}#fragment`);
      await get(`${site.url}?a=1`);
      await get(site.url);
      expect(site.requests.map(({ url }) => url)).toEqual([path, '/?a=1', '/']);
    });

    test('sends the headers it is given', reply(pattern(1)), async ({ site, get }) => {
      await get(site.url, { headers: { 'User-Agent': 'test/1' } });
      expect(site.requests[0]?.headers['user-agent']).toBe('test/1');
    });

    test('sends name and password of a URL that has them', reply(pattern(1)), async ({ site, get }) => {
      const place = `127.0.0.1:${site.port}/x`;
      for (const user of ['me:p%40ss@', 'key@', 'odd:%zz@', '']) await get(`http://${user}${place}`);
      const sent = site.requests.map(({ headers }) => headers.authorization?.replace(/^Basic /, '') ?? '');
      expect(sent.map((text) => atob(text))).toEqual(['me:p@ss', 'key:', 'odd:%zz', '']);
      expect(site.requests[0]?.headers.host).toBe(`127.0.0.1:${site.port}`);
    });

    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['deflate', deflateRawSync],
    ] as const) {
      test(
        `unpacks ${encoding} (${pack.name})`,
        reply(pack(pattern(50_000)), { 'content-encoding': encoding }),
        async ({ site, get }) => {
          expect((await get(site.url)).body).toEqual(pattern(50_000));
        },
      );
    }

    test(
      'hostile 31: a small reply that unpacks to a huge one is stopped',
      reply(gzipSync(new Uint8Array(20_000_000)), { 'content-encoding': 'gzip' }),
      ({ site, fails }) => fails(site.url, 'too-large'),
    );

    test('broken gzip is a bad response', reply(pattern(100), { 'content-encoding': 'gzip' }), ({ site, fails }) =>
      fails(site.url, 'bad-response'),
    );

    test(
      'hostile 31: a reply over the limit is stopped, one at the limit is not',
      reply(pattern(1000)),
      async (subject) => {
        const { site, get, fails } = subject;
        expect((await get(site.url, { maxBytes: 1000 })).body).toHaveLength(1000);
        await fails(site.url, 'too-large', { maxBytes: 999 });
      },
    );

    test(
      'a reply without end is stopped at the limit',
      (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(pattern(10_000)));
        };
        response.on('drain', more);
        more();
      },
      ({ site, fails }) => fails(site.url, 'too-large'),
    );

    test(
      'follows redirects, relative ones too',
      redirectTo((path) => (path === '/a' ? 'b' : '/end')),
      async (subject) => {
        const { body } = await subject.get(`${subject.site.url}/a`);
        expect(new TextDecoder().decode(body)).toBe('arrived');
        expect(subject.site.requests.map(({ url }) => url)).toEqual(['/a', '/b', '/end']);
      },
    );

    test(
      'follows five redirects and not six',
      redirectTo((path) => (path === '/1' ? '/end' : `/${Number(path.slice(1)) - 1}`)),
      async ({ site, get, fails }) => {
        expect((await get(`${site.url}/5`)).status).toBe(200);
        await fails(`${site.url}/6`, 'too-many-redirects');
      },
    );

    test(
      'gives up on a loop',
      redirectTo((path) => path),
      async ({ site, fails }) => {
        await fails(`${site.url}/round`, 'too-many-redirects');
        expect(site.requests).toHaveLength(6);
      },
    );

    test(
      'a redirect to what is not HTTP is a bad address',
      redirectTo(() => 'file:///etc/passwd'),
      ({ site, fails }) => fails(`${site.url}/x`, 'bad-url'),
    );

    test(
      'a redirect that is no address is a typed error',
      redirectTo(() => 'http://['),
      ({ site, fails }) => fails(`${site.url}/x`, 'bad-url'),
    );

    test('what is not an HTTP address is refused', reply(pattern(1)), async ({ fails }) => {
      for (const url of [
        '',
        'announce',
        'ftp://127.0.0.1/',
        'file:///etc/passwd',
        'http://',
        'http://127.0.0.1:1/a b',
      ]) {
        await fails(url, 'bad-url');
      }
    });

    test(
      'hostile 33: a blocked literal is not asked, in any spelling',
      reply(pattern(1)),
      async ({ site, fails }) => {
        for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '127.1']) {
          await fails(`http://${host}:${site.port}/`, 'blocked-address');
        }
        expect(site.requests).toHaveLength(0);
      },
      ['127.0.0.1'],
    );

    test(
      'hostile 33: a name that resolves to a blocked address is not asked',
      reply(pattern(1)),
      async ({ site, fails }) => {
        await fails(`http://localhost:${site.port}/`, 'blocked-address');
        expect(site.requests).toHaveLength(0);
      },
      ['127.0.0.1', '::1'],
    );

    test(
      'hostile 33: a redirect to a blocked address is not followed',
      (request, response) => {
        const port = request.socket.localPort ?? 0;
        response.writeHead(301, { location: `http://127.0.0.2:${port}/secret` }).end();
      },
      async ({ site, fails }) => {
        await fails(`${site.url}/x`, 'blocked-address');
        expect(site.requests).toHaveLength(1);
      },
      ['127.0.0.2'],
    );

    test('asks by name what is allowed', reply(pattern(7)), async ({ site, get }) => {
      expect((await get(`http://localhost:${site.port}/`)).body).toEqual(pattern(7));
    });

    test('of a name asks only the family that is wanted', reply(pattern(7)), async ({ site, get }) => {
      const url = `http://localhost:${site.port}/`;
      expect((await get(url, { family: 4 })).body).toEqual(pattern(7));
      // Nobody listens at ::1, if the name has that address at all.
      await expect(get(url, { family: 6 })).rejects.toMatchObject({
        code: expect.stringMatching(/^(connect|dns)$/) as string,
      });
      expect(site.requests).toHaveLength(1);
    });

    test(
      'the time-out is for the whole exchange',
      (request, response) => {
        if (request.url === '/body') response.write('half');
      },
      async ({ site, fails }) => {
        await fails(`${site.url}/head`, 'timeout', { timeoutMs: 40 });
        await fails(`${site.url}/body`, 'timeout', { timeoutMs: 40 });
      },
    );

    test(
      'a signal aborts, before and during the exchange',
      () => undefined,
      async ({ harness, site, fails }) => {
        await fails(site.url, 'aborted', { signal: AbortSignal.abort() });
        expect(site.requests).toHaveLength(0);
        const abort = new AbortController();
        const failing = fails(site.url, 'aborted', { signal: abort.signal });
        await harness.waitFor(() => site.requests.length === 1);
        abort.abort();
        await failing;
      },
    );

    test('a server that is not there refuses', reply(pattern(1)), async ({ site, fails }) => {
      await site.close();
      await fails(site.url, 'connect');
    });

    test(
      'a server that hangs up is a bad response',
      (request) => void request.socket.destroy(),
      ({ site, fails }) => fails(site.url, 'bad-response'),
    );

    test(
      'a body shorter than announced is a bad response',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('short', () => response.destroy());
      },
      ({ site, fails }) => fails(site.url, 'bad-response'),
    );

    test('hostile 34: a failed TLS handshake has its own code', reply(pattern(1)), ({ site, fails }) =>
      fails(`https://127.0.0.1:${site.port}/`, 'tls'),
    );
  });
}
