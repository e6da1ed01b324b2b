import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchTorrent } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { BridgeHttpClient } from '../../src/io/bridge-http.js';
import { MAX_TORRENT_FILE_BYTES } from '../../src/rpc/types.js';
import { HelperProcess } from './helper-process.js';

describe('fetching a .torrent file', () => {
  it('gets a large one through the real helper, which keeps out of this machine unless a setting opens it', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'torrent');
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const helper = await HelperProcess.start();
    try {
      const limit = { maxBytes: MAX_TORRENT_FILE_BYTES };
      const http = new BridgeHttpClient(() => helper.session);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.torrent`;
      await expect(fetchTorrent(http, url, limit)).rejects.toMatchObject({ code: 'blocked-address' });
      helper.session.setNetworkPolicy({ allowLoopback: true, allowLan: false });
      expect(body.equals(await fetchTorrent(http, url, limit))).toBe(true);
    } finally {
      await helper.kill();
      server.close();
    }
  });
});
