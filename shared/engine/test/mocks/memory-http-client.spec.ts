import { describe, expect, it } from 'vitest';
import { HttpError, type HttpRequest } from '../../src/interfaces/http.js';
import { MemoryHttpClient, type HttpHandler } from './memory-http-client.js';
import { VirtualClock } from './virtual-clock.js';

const request: HttpRequest = { url: 'http://tracker.example/announce', timeoutMs: 1000, maxBytes: 10 };

function setUp(handler: HttpHandler): { clock: VirtualClock; client: MemoryHttpClient } {
  const clock = new VirtualClock();
  return { clock, client: new MemoryHttpClient({ clock, handler }) };
}

describe('MemoryHttpClient', () => {
  it('answers as the function says and keeps the requests', async () => {
    const { clock, client } = setUp(({ url }) => ({ status: 200, body: new TextEncoder().encode(url.slice(-4)) }));
    const { status, body } = await clock.settle(client.get(request));
    expect([status, new TextDecoder().decode(body)]).toEqual([200, 'unce']);
    expect(client.requests).toEqual([request]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps the size limit and passes failures on', async () => {
    const large = setUp(() => ({ status: 200, body: new Uint8Array(11) }));
    await expect(large.client.get(request)).rejects.toMatchObject({ code: 'too-large' });
    const failing = setUp(() => {
      throw new HttpError('dns', 'no such host');
    });
    await expect(failing.client.get(request)).rejects.toMatchObject({ code: 'dns' });
  });

  it('times out and is aborted on a server that hangs', async () => {
    const { clock, client } = setUp(() => new Promise(() => undefined));
    await expect(clock.settle(client.get(request))).rejects.toMatchObject({ code: 'timeout' });
    expect(clock.now()).toBe(1000);
    const abort = new AbortController();
    const aborted = client.get({ ...request, signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.pendingTimers).toBe(0);
  });
});
