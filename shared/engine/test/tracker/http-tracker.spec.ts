import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../src/interfaces/http.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import type { TrackerError } from '../../src/interfaces/tracker.js';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { buildAnnounceUrl } from '../../src/tracker/announce-url.js';
import type { IpFamily } from '../../src/protocol/node-info.js';
import { HttpTracker } from '../../src/tracker/http-tracker.js';
import { TrackerFamilies } from '../../src/tracker/tracker-families.js';
import { type HttpHandler, MemoryHttpClient } from '../mocks/memory-http-client.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

const infoHash = Uint8Array.from({ length: 20 }, (_, index) => index * 13);
const peerId = new TextEncoder().encode('-JT0100-abcdefghij~_');
const answer = (body: BencodeInput, status = 200) => ({ status, body: encode(body) });

/** The machine has IPv4 alone, where `families` does not say otherwise. */
function setUp(
  handler: HttpHandler,
  options: { url?: string; families?: readonly IpFamily[]; isPartialSeed?: boolean } = {},
) {
  const { url = 'http://tracker.example/announce', families = [4], isPartialSeed = false } = options;
  const clock = new VirtualClock();
  const http = new MemoryHttpClient({ clock, handler });
  const stats = { uploaded: 1, downloaded: 2, left: 16_384, isPartialSeed };
  const tracker = new HttpTracker({
    url,
    http,
    infoHash,
    peerId,
    port: () => 6881,
    stats: () => stats,
    userAgent: 'JSTorrent/0.1.0',
    families: new TrackerFamilies({ clock, onThisMachine: () => families }),
    key: 0xabc,
  });
  const failure = async (announce = tracker.announce('update')) => {
    const error = await clock.settle(
      announce.then(
        () => undefined,
        (reason: unknown) => reason as TrackerError,
      ),
    );
    return error && `${error.code}: ${error.message}`;
  };
  return { clock, http, tracker, failure, sent: () => http.requests.map((request) => request.url) };
}

/** Percent-decoding to raw bytes, as a tracker does it. */
function decodeBytes(text: string): Uint8Array {
  const bytes = text.match(/%[0-9A-F]{2}|[^%]/g) ?? [];
  return Uint8Array.from(bytes, (unit) => (unit.length === 3 ? parseInt(unit.slice(1), 16) : unit.charCodeAt(0)));
}

describe('the announce request', () => {
  it('says everything BEP 3 and BEP 23 ask for', async () => {
    const { tracker, sent } = setUp(() => answer({}));
    await tracker.announce('started');
    expect(sent()).toEqual([
      'http://tracker.example/announce' +
        '?info_hash=%00%0D%1A%274AN%5Bhu%82%8F%9C%A9%B6%C3%D0%DD%EA%F7' +
        '&peer_id=-JT0100-abcdefghij~_' +
        '&port=6881&uploaded=1&downloaded=2&left=16384&compact=1&no_peer_id=1&numwant=200&key=00000abc&event=started',
    ]);
  });

  it('names no event for the periodic announce and wants no peers when it stops', async () => {
    const { tracker, sent } = setUp(() => answer({}));
    await tracker.announce('update');
    await tracker.announce('completed');
    await tracker.announce('stopped');
    const [update, completed, stopped] = sent();
    expect(update).not.toContain('event=');
    expect(completed).toContain('&event=completed');
    expect(stopped).toContain('&numwant=0');
    expect(stopped).toContain('&event=stopped');
    expect(tracker.stopAnnounces()).toMatchObject([{ url: stopped, headers: { 'User-Agent': 'JSTorrent/0.1.0' } }]);
  });

  it('says that a partial seed is one, whenever it says nothing else (BEP 21)', async () => {
    const { tracker, sent } = setUp(() => answer({}), { isPartialSeed: true });
    for (const event of ['started', 'update', 'completed', 'stopped'] as const) await tracker.announce(event);
    expect(sent().map((url) => /&event=(\w+)/.exec(url)?.[1])).toEqual(['started', 'paused', 'completed', 'stopped']);
  });

  it('carries every info-hash and peer id byte by byte', () => {
    const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(id, id, (hash, peer) => {
        const stats = { uploaded: 0, downloaded: 0, left: 0 };
        const url = buildAnnounceUrl('http://t.example/a', {
          infoHash: hash,
          peerId: peer,
          port: 1,
          stats,
          key: 1,
          trackerId: undefined,
          event: 'update',
        });
        const match = /info_hash=([^&]*)&peer_id=([^&]*)&/.exec(url);
        expect(decodeBytes(match?.[1] ?? '')).toEqual(hash);
        expect(decodeBytes(match?.[2] ?? '')).toEqual(peer);
      }),
    );
  });

  it.each([
    ['http://t.example/announce?passkey=a%2Fb', 'http://t.example/announce?passkey=a%2Fb&info_hash='],
    ['http://t.example/announce?', 'http://t.example/announce?info_hash='],
    ['http://t.example/?a=1&', 'http://t.example/?a=1&info_hash='],
    ['http://t.example/announce#top', 'http://t.example/announce?info_hash='],
    ['http://t.example', 'http://t.example?info_hash='],
  ])('keeps the query of %s', (url, start) => {
    const { tracker } = setUp(() => answer({}), { url });
    expect(tracker.stopAnnounces()[0]?.url.startsWith(start)).toBe(true);
  });

  it('sends the tracker id back, and remembers it when a reply has none', async () => {
    const replies = [{ 'tracker id': 'a b' }, {}, {}];
    const { tracker, sent } = setUp(() => answer(replies.shift() ?? {}));
    for (let count = 0; count < 3; count++) await tracker.announce('update');
    expect(sent().map((url) => /&trackerid=.*/.exec(url)?.[0])).toEqual([
      undefined,
      '&trackerid=a%20b',
      '&trackerid=a%20b',
    ]);
  });

  it('hostile 31: allows a reply of 1 MiB and 30 s', async () => {
    const { tracker, http } = setUp(() => answer({}));
    await tracker.announce('update');
    expect(http.requests[0]).toMatchObject({ maxBytes: 1024 * 1024, timeoutMs: 30_000 });
  });

  it('says who we are', async () => {
    const { tracker, http } = setUp(() => answer({}));
    await tracker.announce('update');
    expect(http.requests[0]?.headers).toEqual({ 'User-Agent': 'JSTorrent/0.1.0' });
  });
});

describe('the announce reply', () => {
  it('gives its peers as events before it resolves', async () => {
    const body = {
      interval: 900,
      complete: 1,
      incomplete: 2,
      peers: Uint8Array.of(192, 0, 2, 1, 0, 80),
      'warning message': 'w',
    };
    const { tracker } = setUp(() => answer(body));
    const peers: Endpoint[] = [];
    const stop = tracker.on('peer', (peer) => peers.push(peer));
    expect(await tracker.announce('started')).toEqual({
      intervalSeconds: 900,
      minIntervalSeconds: 0,
      seeds: 1,
      leechers: 2,
      downloads: undefined,
      peerCount: 1,
      warning: 'w',
      externalAddresses: [],
    });
    expect(peers).toEqual([{ host: '192.0.2.1', port: 80 }]);
    stop();
    await tracker.announce('update');
    expect(peers).toHaveLength(1);
  });

  it.each([200, 400])('fails with the reason the tracker gives, status %d', async (status) => {
    const { failure } = setUp(() => answer({ 'failure reason': 'unregistered torrent' }, status));
    expect(await failure()).toBe('failure-reason: unregistered torrent');
  });

  it.each([404, 503])('fails with status %d', async (status) => {
    expect(await setUp(() => ({ status, body: new TextEncoder().encode('<html>') })).failure()).toBe(
      `http-status: The server answered with status ${status}`,
    );
    expect(await setUp(() => answer({ interval: 1800 }, status)).failure()).toMatch(/^http-status: /);
  });

  it('hostile 31: a reply over 1 MiB is a bad response', async () => {
    const { failure } = setUp(() => ({ status: 200, body: new Uint8Array(1024 * 1024 + 1) }));
    expect(await failure()).toMatch(/^bad-response: /);
  });

  it.each([
    ['dns', 'no-name: The name of the tracker was not found'],
    ['connect', 'unreachable: The tracker cannot be reached: why'],
    [
      'blocked-address',
      'forbidden: Its address belongs to this computer or its network, where only announce paths are asked',
    ],
    ['too-many-redirects', 'redirects: The tracker points to another address again and again'],
    ['bridge-lost', 'no-helper: There is no helper to ask it'],
    ['bad-url', 'bad-url: Not a valid address'],
    ['timeout', 'timeout: The tracker does not answer'],
    ['too-large', 'bad-response: The reply is too large'],
    ['bad-response', 'bad-response: The reply is not that of a tracker: why'],
    ['other', 'network: The tracker cannot be asked: why'],
  ] as const)('says of the failure %s of the network: %s', async (code, said) => {
    const { failure } = setUp(() => {
      throw new HttpError(code, 'why');
    });
    expect(await failure()).toBe(said);
  });

  it('hostile 34: a TLS failure is shown with its reason', async () => {
    const { failure } = setUp(() => {
      throw new HttpError('tls', 'certificate has expired');
    });
    expect(await failure()).toBe('insecure: There is no secure connection to the tracker: certificate has expired');
  });
});

describe('a machine with both address families (BEP 7)', () => {
  const both = { families: [4, 6] } as const;
  const SECOND = 1000;
  const replies = {
    4: {
      interval: 1800,
      complete: 5,
      peers: Uint8Array.of(192, 0, 2, 1, 0, 80),
      'external ip': Uint8Array.of(1, 2, 3, 4),
    },
    6: { interval: 900, complete: 4, incomplete: 1, 'external ip': new Uint8Array(16).fill(9) },
  };
  const hang = () => new Promise<never>(() => undefined);

  it('announces by each from the first announce on, and takes what both say', async () => {
    const { tracker, http } = setUp(({ family }) => answer(replies[family ?? 4]), both);
    const peers: Endpoint[] = [];
    tracker.on('peer', (peer) => peers.push(peer));
    expect(await tracker.announce('started')).toEqual({
      intervalSeconds: 1800,
      minIntervalSeconds: 0,
      seeds: 5,
      leechers: 1,
      downloads: undefined,
      peerCount: 1,
      warning: undefined,
      externalAddresses: [Uint8Array.of(1, 2, 3, 4), new Uint8Array(16).fill(9)],
    });
    expect(peers).toHaveLength(1);
    expect(http.requests.map(({ family }) => family)).toEqual([4, 6]);
    expect(new Set(http.requests.map((request) => request.url)).size).toBe(1);
    const ready = tracker.stopAnnounces();
    expect(ready.map(({ family }) => family)).toEqual([4, 6]);
    expect(new Set(ready.map(({ key }) => key)).size).toBe(2);
  });

  it('scrapes by each', async () => {
    const files = (complete: number) => ({ files: { [String.fromCharCode(...infoHash)]: { complete } } });
    const { tracker } = setUp(({ family }) => answer(files(family ?? 0)), both);
    expect(await tracker.scrape()).toEqual({ seeds: 6, leechers: undefined, downloads: undefined });
  });

  it.each(['dns', 'connect', 'timeout', 'tls', 'blocked-address'] as const)(
    'says nothing of %s by one family when the other works, and leaves it alone for a while',
    async (code) => {
      const { clock, tracker, http } = setUp(({ family }) => {
        if (family === 6) throw new HttpError(code, 'no such luck');
        return answer(replies[4]);
      }, both);
      expect(await clock.settle(tracker.announce('started'))).toMatchObject({ seeds: 5, warning: undefined });
      expect(tracker.stopAnnounces().map(({ family }) => family)).toEqual([4]);
      await clock.settle(tracker.announce('update'));
      expect(http.requests.map(({ family }) => family)).toEqual([4, 6, 4]);
      await clock.advance(10 * 60 * SECOND);
      await clock.settle(tracker.announce('update'));
      expect(http.requests.map(({ family }) => family)).toEqual([4, 6, 4, 4, 6]);
    },
  );

  it('waits a few seconds for the slower family, and then lets its request go', async () => {
    const slow = (afterMs: number) =>
      setUp(
        ({ family }) =>
          family === 4
            ? answer(replies[4])
            : new Promise((resolve) => setTimer(afterMs, () => resolve(answer(replies[6])))),
        both,
      );
    let setTimer: (afterMs: number, then: () => void) => void = () => undefined;
    const inTime = slow(2 * SECOND);
    setTimer = (afterMs, then) => void inTime.clock.setTimer(afterMs, then);
    expect(await inTime.clock.settle(inTime.tracker.announce('started'))).toMatchObject({ leechers: 1 });
    const late = slow(4 * SECOND);
    setTimer = (afterMs, then) => void late.clock.setTimer(afterMs, then);
    expect(await late.clock.settle(late.tracker.announce('started'))).toMatchObject({ leechers: undefined });
    expect(late.clock.now()).toBe(3 * SECOND);
    expect(late.http.requests[1]?.signal?.aborted).toBe(true);
  });

  it('goes on with the other family when the one that worked does not any more', async () => {
    let dead: IpFamily = 6;
    const { clock, tracker, failure } = setUp(
      ({ family }) => (family === dead ? hang() : answer(replies[family ?? 4])),
      both,
    );
    await clock.settle(tracker.announce('started'));
    dead = 4;
    expect(await failure(tracker.announce('update'))).toMatch(/^timeout: /);
    expect(await clock.settle(tracker.announce('update'))).toMatchObject({ leechers: 1 });
  });

  it('shows a failure when neither works, the one that says most', async () => {
    const refused = setUp(() => answer({ 'failure reason': 'no' }), both);
    expect(await refused.failure()).toBe('failure-reason: no');
    const mixed = setUp(({ family }) => {
      if (family === 6) throw new HttpError('dns', 'no address of that family');
      throw new HttpError('connect', 'connection refused');
    }, both);
    expect(await mixed.failure()).toBe('unreachable: The tracker cannot be reached: connection refused');
    const one = setUp(({ family }) => {
      if (family === 4) throw new HttpError('timeout', 'no answer');
      return answer({ 'failure reason': 'unregistered' });
    }, both);
    expect(await one.failure()).toBe('failure-reason: unregistered');
  });

  it('takes no note of announces that were given up', async () => {
    const { clock, tracker, http, failure } = setUp(hang, both);
    const controller = new AbortController();
    const given = tracker.announce('started', { signal: controller.signal });
    controller.abort();
    expect(await failure(given)).toMatch(/^aborted: /);
    void tracker.announce('started').catch(() => undefined);
    expect(http.requests.map(({ family }) => family)).toEqual([4, 6, 4, 6]);
    tracker.close();
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each(['http://192.0.2.1/announce', 'http://[2001:db8::1]/announce'])('asks %s once', async (url) => {
    const { tracker, http } = setUp(() => answer({}), { ...both, url });
    await tracker.announce('started');
    expect(http.requests.map(({ family }) => family)).toEqual([undefined]);
  });
});

describe('a tracker that hangs', () => {
  const hang = () => new Promise<never>(() => undefined);

  it('times out after 30 s', async () => {
    const { clock, failure } = setUp(hang);
    expect(await failure()).toMatch(/^timeout: /);
    expect(clock.now()).toBe(30_000);
  });

  it('is let go by the signal and by closing', async () => {
    const { clock, tracker, failure } = setUp(hang);
    const controller = new AbortController();
    const first = tracker.announce('update', { signal: controller.signal });
    const second = tracker.announce('update');
    controller.abort();
    expect(await failure(first)).toMatch(/^aborted: /);
    tracker.close();
    expect(await failure(second)).toMatch(/^aborted: /);
    expect(clock.now()).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
