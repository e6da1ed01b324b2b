import { describe, expect, it } from 'vitest';
import { fetchTorrent } from '../../src/core/fetch-torrent.js';
import type { HttpResponse } from '../../src/interfaces/http.js';
import { MemoryHttpClient, VirtualClock } from '../mocks/index.js';

const MAX_BYTES = 100;

function fetchFrom(reply: HttpResponse): Promise<Uint8Array> {
  const http = new MemoryHttpClient({ clock: new VirtualClock(), handler: () => reply });
  return fetchTorrent(http, 'http://files.example/film.torrent', { maxBytes: MAX_BYTES });
}

describe('fetching a .torrent file', () => {
  it('gives what the server sent', async () => {
    const body = new Uint8Array([100, 101]);
    expect(await fetchFrom({ status: 200, body })).toEqual(body);
  });

  it.each([
    [404, 'http-not-found'],
    [410, 'http-not-found'],
    [403, 'http-forbidden'],
    [401, 'http-forbidden'],
    [500, 'http-status'],
    [204, 'http-status'],
  ])('a reply of %d is %s', async (status, code) => {
    await expect(fetchFrom({ status, body: new Uint8Array(5) })).rejects.toMatchObject({ code });
  });

  it('takes so many bytes and no more', async () => {
    expect(await fetchFrom({ status: 200, body: new Uint8Array(MAX_BYTES) })).toHaveLength(MAX_BYTES);
    const larger = new Uint8Array(MAX_BYTES + 1);
    await expect(fetchFrom({ status: 200, body: larger })).rejects.toMatchObject({ code: 'too-large' });
  });
});
