import type { StoppedRequest } from '@jstorrent/bridge-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { StoppedAnnounces } from '../../src/offscreen/stopped-announces.js';

class Holder {
  readonly requests: StoppedRequest[] = [];
  holdStoppedRequest(request: StoppedRequest): void {
    this.requests.push(request);
  }
}

const url = (tracker: string, hash: string, uploaded: number) =>
  `http://${tracker}/announce?info_hash=${hash}&event=stopped&uploaded=${uploaded}`;

let holder: Holder;
let announces: StoppedAnnounces;

beforeEach(() => {
  holder = new Holder();
  announces = new StoppedAnnounces();
});

describe('announces for the end of the browser', () => {
  it('are sent once while they stay the same', () => {
    announces.update(holder, [url('a', 'x', 0), url('b', 'x', 0)]);
    announces.update(holder, [url('a', 'x', 0), url('b', 'x', 0)]);
    expect(holder.requests.map((request) => request.url)).toEqual([url('a', 'x', 0), url('b', 'x', 0)]);
  });

  it('replace the one before for the same tracker and torrent', () => {
    announces.update(holder, [url('a', 'x', 0), url('a', 'y', 0)]);
    announces.update(holder, [url('a', 'x', 5), url('a', 'y', 0)]);
    const keys = holder.requests.map(({ key }) => key);
    expect(holder.requests.at(-1)?.url).toBe(url('a', 'x', 5));
    expect(keys[2]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(2);
  });

  it('are apart for two passkeys of one tracker', () => {
    const withPasskey = (passkey: string, uploaded: number) =>
      `http://a/announce?passkey=${passkey}&info_hash=x&port=1&uploaded=${uploaded}&left=0&event=stopped`;
    announces.update(holder, [withPasskey('p', 0), withPasskey('q', 0)]);
    announces.update(holder, [withPasskey('p', 7), withPasskey('q', 0)]);
    const keys = holder.requests.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(keys).toHaveLength(3);
    expect(keys[2]).toBe(keys[0]);
  });

  it('of a tracker with an endless URL are left out, and the others are kept', () => {
    announces.update(holder, [url('a'.repeat(8 * 1024), 'x', 0), url('b', 'x', 0)]);
    expect(holder.requests.map((request) => request.url)).toEqual([url('b', 'x', 0)]);
  });

  it('are dropped when the torrent has stopped', () => {
    announces.update(holder, [url('a', 'x', 0)]);
    announces.update(holder, []);
    expect(holder.requests.at(-1)).toMatchObject({ key: holder.requests[0]?.key, url: null });
  });

  it('are told again after a reset, also those that are to be dropped', () => {
    announces.update(holder, [url('a', 'x', 0), url('b', 'x', 0)]);
    announces.reset();
    announces.update(holder, [url('a', 'x', 0)]);
    const again = holder.requests.slice(2);
    expect(again.map((request) => request.url)).toEqual([null, url('a', 'x', 0)]);
    expect(again[0]?.key).toBe(holder.requests[1]?.key);
  });

  it('are told again to a fresh helper', () => {
    announces.update(holder, [url('a', 'x', 0)]);
    announces.update(undefined, [url('a', 'x', 0)]);
    const fresh = new Holder();
    announces.update(fresh, [url('a', 'x', 0)]);
    expect(fresh.requests).toHaveLength(1);
  });
});
