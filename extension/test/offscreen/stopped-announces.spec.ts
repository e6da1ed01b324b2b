import type { StoppedRequest } from '@jstorrent/bridge-protocol';
import type { StopAnnounce } from '@jstorrent/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { StoppedAnnounces } from '../../src/offscreen/stopped-announces.js';
import '../base64.js';

class Holder {
  readonly requests: StoppedRequest[] = [];
  holdStoppedRequest(request: StoppedRequest): void {
    this.requests.push(request);
  }
}

const headers = { 'User-Agent': 'test' };

const byHttp = (tracker: string, hash: string, uploaded: number): StopAnnounce => ({
  key: `${hash} ${tracker}`,
  url: `http://${tracker}/announce?info_hash=${hash}&event=stopped&uploaded=${uploaded}`,
  headers,
});

const byUdp = (datagram: Uint8Array): StopAnnounce => ({
  key: 'x udp',
  url: 'udp://192.0.2.1:80',
  headers: {},
  datagram,
});

let holder: Holder;
let announces: StoppedAnnounces;

beforeEach(() => {
  holder = new Holder();
  announces = new StoppedAnnounces();
});

describe('announces for the end of the browser', () => {
  it('are sent once while they stay the same', () => {
    for (let count = 0; count < 2; count++) {
      announces.update(holder, [byHttp('a', 'x', 0), byHttp('b', 'x', 0), byUdp(Uint8Array.of(1, 2))]);
    }
    expect(holder.requests).toMatchObject([
      byHttp('a', 'x', 0),
      byHttp('b', 'x', 0),
      { url: 'udp://192.0.2.1:80', datagram: 'AQI=' },
    ]);
  });

  it('replace the one before when their numbers change', () => {
    announces.update(holder, [byHttp('a', 'x', 0), byHttp('a', 'y', 0), byUdp(Uint8Array.of(1))]);
    announces.update(holder, [byHttp('a', 'x', 5), byHttp('a', 'y', 0), byUdp(Uint8Array.of(2))]);
    expect(holder.requests.slice(3)).toMatchObject([byHttp('a', 'x', 5), { key: 'x udp', datagram: 'Ag==' }]);
  });

  it('too long to be heard are left out, and the others are kept', () => {
    const long = [byHttp('a'.repeat(8 * 1024), 'x', 0), byUdp(new Uint8Array(1401))];
    announces.update(holder, [...long, byHttp('b', 'x', 0)]);
    expect(holder.requests.map(({ url }) => url)).toEqual([byHttp('b', 'x', 0).url]);
  });

  it('are dropped when the torrent has stopped', () => {
    announces.update(holder, [byHttp('a', 'x', 0)]);
    announces.update(holder, []);
    expect(holder.requests.at(-1)).toMatchObject({ key: 'x a', url: null });
  });

  it('are told again after a reset, also those that are to be dropped', () => {
    announces.update(holder, [byHttp('a', 'x', 0), byHttp('b', 'x', 0)]);
    announces.reset();
    announces.update(holder, [byHttp('a', 'x', 0)]);
    expect(holder.requests.slice(2)).toMatchObject([{ key: 'x b', url: null }, byHttp('a', 'x', 0)]);
  });

  it('are told again to a fresh helper', () => {
    announces.update(holder, [byHttp('a', 'x', 0)]);
    announces.update(undefined, [byHttp('a', 'x', 0)]);
    const fresh = new Holder();
    announces.update(fresh, [byHttp('a', 'x', 0)]);
    expect(fresh.requests).toHaveLength(1);
  });
});
