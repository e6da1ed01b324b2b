import { beforeEach, describe, expect, it } from 'vitest';
import { PendingAdds } from '../../src/offscreen/pending-adds.js';

const HASH = '0123456789abcdef0123456789abcdef01234567';

let changes: number;
let pending: PendingAdds;

beforeEach(() => {
  changes = 0;
  pending = new PendingAdds(() => changes++);
});

describe('magnets that wait for the user', () => {
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
    expect(pending.magnetOf('0'.repeat(40))).toBeUndefined();
  });

  it('hostile 46: a huge link is refused, and a huge name is cut', () => {
    const link = `magnet:?xt=urn:btih:${HASH}&dn=`;
    expect(pending.offer(link + 'x'.repeat(64 * 1024))).toBe('refused');
    expect(pending.offer(link + `x${encodeURIComponent('\u{1f600}'.repeat(300))}`)).toBe('new');
    expect(pending.list).toEqual([{ pendingId: HASH, name: `x${'\u{1f600}'.repeat(99)}\ufffd` }]);
  });

  it('the same torrent in base32 is the same question', () => {
    expect(pending.offer(`magnet:?xt=urn:btih:${'A'.repeat(32)}`)).toBe('new');
    expect(pending.offer(`magnet:?xt=urn:btih:${'0'.repeat(40)}`)).toBe('known');
  });

  it('the hash counts in either case, and gives the name when there is none', () => {
    expect(pending.offer(`magnet:?xt=urn:btih:${HASH}`)).toBe('new');
    expect(pending.offer(`MAGNET:?dn=named&xt=urn:btih:${HASH.toUpperCase()}`)).toBe('known');
    expect(pending.list[0]?.name).toBe(HASH);
  });

  it('asks again about a link that was answered', () => {
    const magnet = `magnet:?xt=urn:btih:${HASH}&dn=a+name`;
    pending.offer(magnet);
    const [add] = pending.list;
    expect(add).toEqual({ pendingId: HASH, name: 'a name' });
    expect(pending.magnetOf(HASH)).toBe(magnet);
    pending.remove(add?.pendingId ?? '');
    pending.remove(add?.pendingId ?? '');
    expect(changes).toBe(2);
    expect(pending.offer(magnet)).toBe('new');
  });

  it.each([
    '',
    'http://example.org/',
    'magnet:',
    'magnet:?dn=x',
    'magnet:?xt=urn:sha1:abc',
    'magnet:?xt=urn:btih:',
    'magnet:?xt=urn:btih:abc',
    `magnet:?xt=urn:btmh:1220${'a'.repeat(64)}`,
  ])('refuses %j', (text) => {
    expect(pending.offer(text)).toBe('refused');
    expect(pending.list).toEqual([]);
  });
});
