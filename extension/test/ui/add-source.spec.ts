import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TORRENT_FILE_BYTES } from '../../src/rpc/types.js';
import { findMagnets, findUrl, readTorrentFile } from '../../src/ui/state/add-source.js';
import '../base64.js';

const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';

describe('findMagnets', () => {
  it('takes every link once, whatever stands between them', () => {
    expect(findMagnets(`see magnet:?xt=urn:btih:${HASH}&dn=a\n\tMAGNET:?x=1 magnet:?xt=urn:btih:${HASH}&dn=a`)).toEqual(
      [`magnet:?xt=urn:btih:${HASH}&dn=a`, 'MAGNET:?x=1'],
    );
  });

  it('takes a bare info-hash, hex or base32', () => {
    expect(findMagnets(HASH)).toEqual([`magnet:?xt=urn:btih:${HASH}`]);
    expect(findMagnets('YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK')).toEqual([
      'magnet:?xt=urn:btih:YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK',
    ]);
  });

  it.each(['', 'hello', 'http://example.com/a.torrent', 'javascript:alert(1)', HASH.slice(1)])(
    'finds nothing in %j',
    (text) => {
      expect(findMagnets(text)).toEqual([]);
    },
  );

  it('gives only magnet links, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        findMagnets(text).every((magnet) => /^magnet:\?\S*$/i.test(magnet)),
      ),
    );
  });
});

describe('findUrl', () => {
  it('takes a web address that stands alone, as it is written', () => {
    expect(findUrl(' https://example.org/%61.torrent?x=1#y\n')).toBe('https://example.org/%61.torrent?x=1#y');
    expect(findUrl('HTTP://[2001:db8::1]:8080/a')).toBe('HTTP://[2001:db8::1]:8080/a');
  });

  it.each([
    '',
    'example.org/a.torrent',
    'http://',
    'ftp://example.org/a',
    'javascript:alert(1)',
    'see http://a.b/ there',
  ])('finds none in %j', (text) => {
    expect(findUrl(text)).toBeUndefined();
  });
});

describe('readTorrentFile', () => {
  it('gives the bytes in base64', async () => {
    const file = new File([new Uint8Array([100, 49, 0, 255])], 'a.TORRENT');
    expect(await readTorrentFile(file)).toEqual({ metainfo: 'ZDEA/w==' });
  });

  it('refuses other files and too large ones before reading them', async () => {
    expect(await readTorrentFile(new File(['x'], 'a.exe'))).toEqual({ problem: 'not-torrent-file' });
    const large = new File([], 'a.torrent');
    Object.defineProperty(large, 'size', { value: MAX_TORRENT_FILE_BYTES + 1 });
    expect(await readTorrentFile(large)).toEqual({ problem: 'over-limit' });
  });
});
