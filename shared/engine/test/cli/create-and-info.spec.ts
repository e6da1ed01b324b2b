import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { create } from '../../src/cli/commands/create.js';
import { info } from '../../src/cli/commands/info.js';
import { parseMetainfo } from '../../src/protocol/metainfo.js';
import { toHex } from '../../src/utils/bytes.js';
import { MemoryHost } from './memory-host.js';

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);

describe('jstorrent create and info', () => {
  let host: MemoryHost;
  beforeEach(async () => {
    host = new MemoryHost();
    await host.write('home/album/б.flac', bytes(40_000, 1));
    await host.write('home/album/empty', new Uint8Array(0));
    await host.write('home/album/inner/c.txt', bytes(5, 2));
    await host.write('home/single.bin', bytes(16_384, 3));
  });

  const createdFrom = async (...args: string[]) => {
    await create.run(host, [...args, '-o', '/home/out.torrent']);
    return parseMetainfo(await host.read('home/out.torrent'));
  };

  test('a folder is hashed in the order of its names, across file borders, empty files included', async () => {
    const { info: torrent } = await createdFrom('/home/album');
    const paths = torrent.files.map(({ path }) => path.join('/'));
    expect(paths).toEqual(['empty', 'inner/c.txt', 'б.flac']);
    const all = Buffer.concat([bytes(5, 2), bytes(40_000, 1)]);
    const expected = [0, 16_384, 32_768].map((start) =>
      createHash('sha1')
        .update(all.subarray(start, start + 16_384))
        .digest(),
    );
    expect(torrent.pieceLength).toBe(16_384);
    expect(toHex(torrent.pieces)).toBe(Buffer.concat(expected).toString('hex'));
  });

  test('a single file stands without a folder', async () => {
    const { info: torrent } = await createdFrom('/home/single.bin');
    expect(torrent).toMatchObject({ isSingleFile: true, name: 'single.bin', totalLength: 16_384, pieceCount: 1 });
  });

  test('each --tracker is a tier of its own, in the file and in the magnet link that is printed', async () => {
    const trackers = ['http://a.example/announce', 'udp://b.example:80/announce'];
    const { announceTiers, infoHashSource } = await createdFrom(
      '/home/single.bin',
      ...trackers.flatMap((url) => ['--tracker', url]),
    );
    expect(announceTiers).toEqual(trackers.map((url) => [url]));
    const infoHash = createHash('sha1').update(infoHashSource).digest('hex');
    const tr = trackers.map((url) => `&tr=${encodeURIComponent(url)}`).join('');
    expect(host.written).toBe(`magnet:?xt=urn:btih:${infoHash}&dn=single.bin${tr}\n`);
  });

  test('creating over a longer file leaves nothing of it', async () => {
    await host.write('home/out.torrent', bytes(100_000, 4));
    await createdFrom('/home/single.bin');
    expect((await host.read('home/out.torrent')).length).toBeLessThan(1_000);
  });

  test.each([
    ['a missing path', ['/home/nothing', '-o', '/home/x'], 'failed', /no such file/],
    ['nothing but empty files', ['/home/album/empty', '-o', '/home/x'], 'failed', /no bytes to share/],
    ['no output', ['/home/album'], 'usage', /-o FILE is missing/],
    ['no path', ['-o', '/home/x'], 'usage', /file or folder is missing/],
    ['an unknown option', ['/home/album', '--frobnicate'], 'usage', /frobnicate/],
  ])('%s is refused with one line', async (_, args, code, message) => {
    await expect(create.run(host, args)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('info --json tells what the file says', async () => {
    await createdFrom('/home/album', '--tracker', 'http://a.example/announce');
    host.written = '';
    await info.run(host, ['/home/out.torrent', '--json']);
    expect(JSON.parse(host.written)).toMatchObject({
      name: 'album',
      trackers: ['http://a.example/announce'],
      totalBytes: 40_005,
      pieceLength: 16_384,
      pieceCount: 3,
      isPrivate: false,
      files: [
        { path: 'empty', length: 0 },
        { path: 'inner/c.txt', length: 5 },
        { path: 'б.flac', length: 40_000 },
      ],
    });
  });

  test('info reads a magnet link', async () => {
    await info.run(host, [`magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=x&x.pe=127.0.0.1:6881`, '--json']);
    expect(JSON.parse(host.written)).toMatchObject({ infoHash: 'ab'.repeat(20), name: 'x', peers: ['127.0.0.1:6881'] });
  });

  test('info reads the .torrent file at an address, of which only public ones are asked', async () => {
    await create.run(host, ['/home/single.bin', '-o', '/home/out.torrent']);
    const file = await host.read('home/out.torrent');
    const asked: unknown[] = [];
    host.serve = (url, options) => {
      asked.push([url, options]);
      return { status: url.endsWith('/gone') ? 404 : 200, body: file };
    };
    host.written = '';
    await info.run(host, ['https://files.example/a.torrent', '--json']);
    expect(JSON.parse(host.written)).toMatchObject({ name: 'single.bin' });
    expect(asked).toEqual([['https://files.example/a.torrent', { allowLocal: false }]]);
    const gone = info.run(host, ['http://files.example/gone']);
    await expect(gone).rejects.toMatchObject({ code: 'failed', message: expect.stringMatching(/ 404/) as string });
  });

  test('hostile 45: foreign text cannot draw on the terminal', async () => {
    await info.run(host, [`magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=%1b%5b2Jx%e2%80%aey`]);
    expect(host.written).toContain('\ufffd[2Jx\ufffdy');
    expect(host.written).not.toContain('\u001b');
  });

  test.each([
    ['a broken link', 'magnet:?dn=x', /info-hash/],
    ['a file that is no torrent', '/home/single.bin', /./],
    ['a folder', '/home/album', /is a folder/],
    ['a missing file', '/home/nothing', /no such file/],
  ])('info refuses %s with one line', async (_, what, message) => {
    await expect(info.run(host, [what])).rejects.toMatchObject({
      name: 'CliError',
      code: 'failed',
      message: expect.stringMatching(message) as string,
    });
  });
});
