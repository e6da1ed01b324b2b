import { Client, trackerFactory } from '@jstorrent/engine';
import {
  MemoryFileSystem,
  MemoryHasher,
  MemorySessionStore,
  SeededRandom,
  SilentLogger,
} from '@jstorrent/engine/testing';
import { describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { startOpentracker, waitUntil } from '../../shared/engine/test/interop/peers/index.js';
import { BridgeHttpClient } from '../src/io/bridge-http.js';
import { BrowserClock } from '../src/io/browser-clock.js';
import { Sockets } from '../src/lib/sockets.js';
import { StoppedAnnounces } from '../src/offscreen/stopped-announces.js';
import '../test/base64.js';
import { HelperProcess } from '../test/io/helper-process.js';

const INFO_HASH = '0123456789abcdef0123456789abcdef01234567';

describe('opentracker, when the browser goes without a word', () => {
  const lab = Lab.open();

  test.each(['udpAnnounceUrl', 'announceUrl'] as const)('hears it from the helper (%s)', async (scheme) => {
    const tracker = lab.use(await startOpentracker([INFO_HASH]));
    const leechersBecome = (count: number) =>
      waitUntil(async () => (await tracker.leechersOf(INFO_HASH)) === count, {
        timeoutMs: 60_000,
        what: `opentracker knows ${count} leechers`,
      });
    const helper = await HelperProcess.start();
    const clock = new BrowserClock();
    const random = new SeededRandom(1);
    const client = new Client({
      sockets: new Sockets(() => helper.session),
      hasher: new MemoryHasher(),
      clock,
      random,
      store: new MemorySessionStore(),
      logger: new SilentLogger(),
      roots: new Map([['default', { kind: 'direct', files: new MemoryFileSystem() }]]),
      createTrackers: trackerFactory({ http: new BridgeHttpClient(() => helper.session), clock, random }),
      settings: { allowLocalPeers: true },
      version: '0.1.0',
    });
    await client.start();
    await client.add({ magnet: `magnet:?xt=urn:btih:${INFO_HASH}&tr=${encodeURIComponent(tracker[scheme])}` });
    await leechersBecome(1);
    await waitUntil(() => Promise.resolve(client.stopAnnounces().length === 1), {
      timeoutMs: 60_000,
      what: 'the reply is here',
    });
    new StoppedAnnounces().update(helper.session, client.stopAnnounces());
    await helper.end();
    expect(await tracker.leechersOf(INFO_HASH)).toBe(0);
    await client.close();
  });
});
