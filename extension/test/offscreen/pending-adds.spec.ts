import { MemorySessionStore, SilentLogger } from '@jstorrent/engine/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { PendingAdds } from '../../src/offscreen/pending-adds.js';

const HASH = '0123456789abcdef0123456789abcdef01234567';

let changes: number;
let refusals: string[];
let store: MemorySessionStore;
let pending: PendingAdds;

const load = () =>
  PendingAdds.load({
    store,
    logger: new SilentLogger(),
    onChange: () => changes++,
    onRefused: (code, name) => refusals.push(`${code}: ${name}`),
  });

beforeEach(async () => {
  changes = 0;
  refusals = [];
  store = new MemorySessionStore();
  pending = await load();
});

describe('links that wait for the user', () => {
  it('hostile 46: the same link a thousand times is one question', () => {
    for (let clicks = 0; clicks < 1000; clicks++)
      pending.offer(`magnet:?xt=urn:btih:${HASH}&dn=x&tr=http://t/${clicks}`);
    expect(pending.list).toHaveLength(1);
    expect(changes).toBe(1);
  });

  it('hostile 46: a thousand different links are a bounded list', () => {
    for (let index = 0; index < 1000; index++) {
      pending.offer(`magnet:?xt=urn:btih:${index.toString(16).padStart(40, '0')}`);
    }
    const newest = Array.from({ length: 50 }, (_, place) => (950 + place).toString(16).padStart(40, '0'));
    expect(pending.list.map(({ pendingId }) => pendingId)).toEqual(newest);
    expect(pending.linkOf('0'.repeat(40))).toBeUndefined();
  });

  it('hostile 46: a huge link is refused, and a huge name is cut', () => {
    const link = `magnet:?xt=urn:btih:${HASH}&dn=`;
    pending.offer(link + 'x'.repeat(64 * 1024));
    expect(refusals.map((refusal) => refusal.slice(0, 40))).toEqual([`too-long: ${link}`.slice(0, 40)]);
    pending.offer(link + `x${encodeURIComponent('\u{1f600}'.repeat(300))}`);
    expect(pending.list).toEqual([{ pendingId: HASH, name: `x${'\u{1f600}'.repeat(99)}\ufffd` }]);
  });

  it('the same torrent in base32 is the same question', () => {
    pending.offer(`magnet:?xt=urn:btih:${'A'.repeat(32)}`);
    pending.offer(`magnet:?xt=urn:btih:${'0'.repeat(40)}`);
    expect(pending.list).toHaveLength(1);
  });

  it('the hash counts in either case, and gives the name when there is none', () => {
    pending.offer(`magnet:?xt=urn:btih:${HASH}`);
    pending.offer(`MAGNET:?dn=named&xt=urn:btih:${HASH.toUpperCase()}`);
    expect(pending.list).toEqual([{ pendingId: HASH, name: HASH }]);
  });

  it('the address of a .torrent file waits too, once, with its own bound', async () => {
    pending.offer('https://example.org/file.torrent?id=1#here');
    pending.offer('HTTPS://example.org/file.torrent?id=1#there');
    const href = 'https://example.org/file.torrent?id=1';
    expect(pending.list).toEqual([{ pendingId: href, name: href }]);
    expect(pending.linkOf(href)).toEqual({ url: href });
    pending.offer(`https://example.org/${'x'.repeat(2048)}`);
    expect(refusals.map((refusal) => refusal.slice(0, 8))).toEqual(['too-long']);
    await pending.stored();
    pending = await load();
    expect(pending.list).toHaveLength(1);
  });

  it('asks again about a link that was answered', () => {
    const magnet = `magnet:?xt=urn:btih:${HASH}&dn=a+name`;
    pending.offer(magnet);
    const [add] = pending.list;
    expect(add).toEqual({ pendingId: HASH, name: 'a name' });
    expect(pending.linkOf(HASH)).toEqual({ magnet });
    pending.remove(add?.pendingId ?? '');
    pending.remove(add?.pendingId ?? '');
    expect(changes).toBe(2);
    pending.offer(magnet);
    expect(pending.list).toEqual([add]);
  });

  it.each([
    ['', 'not-magnet: '],
    ['ftp://example.org/', 'not-magnet: ftp://example.org/'],
    ['http://[/', 'not-magnet: http://[/'],
    ['magnet:', 'not-magnet: magnet:'],
    ['magnet:?dn=x', 'no-info-hash: x'],
    ['magnet:?xt=urn:sha1:abc', 'no-info-hash: magnet:?xt=urn:sha1:abc'],
    ['magnet:?xt=urn:btih:', 'no-info-hash: magnet:?xt=urn:btih:'],
    ['magnet:?xt=urn:btih:abc&dn=a+b', 'no-info-hash: a b'],
    [`magnet:?xt=urn:btmh:1220${'a'.repeat(64)}&dn=New%20kind`, 'v2-unsupported: New kind'],
  ])('refuses %j and says why', (text, refusal) => {
    pending.offer(text);
    expect(pending.list).toEqual([]);
    expect(refusals).toEqual([refusal]);
  });

  it('hostile 45: names come without controls and marks that turn text around', () => {
    pending.offer(`magnet:?xt=urn:btih:${HASH}&dn=a%E2%80%AEb%07`);
    expect(pending.list[0]?.name).toBe('a\ufffdb\ufffd');
  });
});

describe('hostile 47: when the browser is killed', () => {
  const link = (digit: number) => `magnet:?xt=urn:btih:${String(digit).repeat(40)}&tr=http://t/`;

  it('links that were stored wait again, in their order, and those that were answered do not', async () => {
    for (const digit of [1, 2, 3]) pending.offer(link(digit));
    pending.remove('2'.repeat(40));
    await pending.stored();
    pending = await load();
    expect(pending.list.map(({ pendingId }) => pendingId[0])).toEqual(['1', '3']);
    expect(pending.linkOf('3'.repeat(40))).toEqual({ magnet: link(3) });
    expect([changes, refusals]).toEqual([4, []]);
  });

  it('many clicks are few writes, of a bounded size', async () => {
    let writes = 0;
    let bytes = 0;
    const put = store.put.bind(store);
    store.put = (key, value) => {
      writes++;
      bytes = Math.max(bytes, value.length);
      return put(key, value);
    };
    for (let index = 0; index < 1000; index++) {
      const hash = index.toString(16).padStart(40, '0');
      pending.offer(`magnet:?xt=urn:btih:${hash}&dn=${'x'.repeat(60_000)}`);
    }
    await pending.stored();
    expect(writes).toBeLessThanOrEqual(2);
    expect(bytes).toBeLessThanOrEqual(520 * 1024);
    expect((await load()).list).toEqual(pending.list);
    expect(pending.list.at(-1)?.pendingId).toBe((999).toString(16).padStart(40, '0'));
  });

  it.each(['', 'no JSON', '{}', '[1, null, "ftp://x/", "magnet:?xt=urn:btih:zz"]'])(
    'hostile 48: a damaged record (%j) is an empty list',
    async (text) => {
      await store.put('host/pending', new TextEncoder().encode(text));
      expect((await load()).list).toEqual([]);
      expect(refusals).toEqual([]);
    },
  );

  it('a store that fails keeps nobody from being asked', async () => {
    store.put = () => Promise.reject(new Error('full'));
    pending.offer(link(1));
    await pending.stored();
    expect(pending.list).toHaveLength(1);
  });
});
