import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpResponse } from '@jstorrent/engine';
import { MemoryHttpClient, VirtualClock } from '@jstorrent/engine/testing';
import { describe, expect, it } from 'vitest';
import { BridgeHttpClient } from '../../src/io/bridge-http.js';
import { fetchTorrent } from '../../src/offscreen/torrent-fetch.js';
import { MAX_TORRENT_FILE_BYTES } from '../../src/rpc/types.js';
import { HelperProcess } from '../io/helper-process.js';

const URL_OF_FILE = 'http://files.example/film.torrent';

function fetchFrom(reply: HttpResponse): Promise<Uint8Array> {
  const clock = new VirtualClock();
  return fetchTorrent(new MemoryHttpClient({ clock, handler: () => reply }), URL_OF_FILE);
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

  it('takes 32 MiB and no byte more', async () => {
    const body = new Uint8Array(MAX_TORRENT_FILE_BYTES);
    expect((await fetchFrom({ status: 200, body })).length).toBe(MAX_TORRENT_FILE_BYTES);
    const larger = new Uint8Array(MAX_TORRENT_FILE_BYTES + 1);
    await expect(fetchFrom({ status: 200, body: larger })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('gets a large one through the real helper, which keeps out of this machine unless a setting opens it', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'torrent');
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const helper = await HelperProcess.start();
    try {
      const http = new BridgeHttpClient(() => helper.session);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.torrent`;
      await expect(fetchTorrent(http, url)).rejects.toMatchObject({ code: 'blocked-address' });
      helper.session.setNetworkPolicy({ allowLoopback: true, allowLan: false });
      expect(body.equals(await fetchTorrent(http, url))).toBe(true);
    } finally {
      await helper.kill();
      server.close();
    }
  });
});
