import { describe, expect, it } from 'vitest';
import { describeSource } from '../../src/core/add-source.js';
import { makeTorrent } from '../simulation/virtual-swarm.js';
import { MemoryHasher } from '../mocks/index.js';

const HASH = '0123456789abcdef0123456789abcdef01234567';
const hasher = new MemoryHasher({ detachBuffers: true });
const describeLink = (query: string) =>
  describeSource({ magnet: `magnet:?xt=urn:btih:${HASH}${query}` }, hasher, 1_000_000);

describe('sources of torrents', () => {
  it('a .torrent is known by the hash of its raw info, and the bytes handed in stay as they are', async () => {
    const sample = makeTorrent({ name: 'x.bin', seed: 1, pieceLength: 16_384, files: { 'x.bin': 5 } });
    const copy = sample.metainfo.slice();
    const described = await describeSource({ metainfo: sample.metainfo }, hasher, 1_000_000);
    expect(described).toMatchObject({
      id: sample.id,
      name: 'x.bin',
      magnet: undefined,
      trackers: [['http://tracker.test/announce']],
    });
    expect(sample.metainfo).toEqual(copy);
  });

  it('of a link every tracker is a tier of its own, so that all are asked', async () => {
    const described = await describeLink('&dn=n&tr=http://a/announce&tr=http://b/announce&x.pe=1.2.3.4:5');
    expect(described).toMatchObject({
      id: HASH,
      name: 'n',
      info: undefined,
      trackers: [['http://a/announce'], ['http://b/announce']],
      peers: [{ host: '1.2.3.4', port: 5 }],
      wantedFiles: undefined,
    });
  });

  it('a link without a name has its hash for one', async () => {
    expect((await describeLink('')).name).toBe(HASH);
  });

  it('hostile 45: a name is cleaned of controls and bidi marks', async () => {
    expect((await describeLink('&dn=a%E2%80%AEb%07')).name).toBe('a\ufffdb\ufffd');
  });

  it('hostile 11: the files of a link are listed up to a bound, however long its ranges', async () => {
    expect((await describeLink('&so=0,2,5-7')).wantedFiles).toEqual([0, 2, 5, 6, 7]);
    expect((await describeLink('&so=0-2000000000,5')).wantedFiles?.length).toBeLessThanOrEqual(100_000);
  });

  it('refuses what is too big or no torrent', async () => {
    await expect(describeSource({ metainfo: new Uint8Array(11) }, hasher, 10)).rejects.toThrow();
    await expect(describeSource({ magnet: 'http://x' }, hasher, 10)).rejects.toMatchObject({ code: 'not-magnet' });
  });
});
