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
    expect(pending.list).toHaveLength(50);
  });

  it('the hash counts in either case, and gives the name when there is none', () => {
    expect(pending.offer(`magnet:?xt=urn:btih:${HASH}`)).toBe(true);
    expect(pending.offer(`MAGNET:?dn=named&xt=urn:btih:${HASH.toUpperCase()}`)).toBe(false);
    expect(pending.list[0]?.name).toBe(HASH);
  });

  it('asks again about a link that was answered', () => {
    const magnet = `magnet:?xt=urn:btih:${HASH}&dn=a+name`;
    pending.offer(magnet);
    const [add] = pending.list;
    expect(add).toMatchObject({ magnet, name: 'a name' });
    pending.remove(add?.pendingId ?? '');
    pending.remove(add?.pendingId ?? '');
    expect(changes).toBe(2);
    expect(pending.offer(magnet)).toBe(true);
  });

  it.each(['', 'http://example.org/', 'magnet:', 'magnet:?dn=x', 'magnet:?xt=urn:sha1:abc', 'magnet:?xt=urn:btih:'])(
    'refuses %j',
    (text) => {
      expect(pending.offer(text)).toBe(false);
      expect(pending.list).toEqual([]);
    },
  );
});
