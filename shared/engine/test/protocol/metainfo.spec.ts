import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { MetainfoError } from '../../src/protocol/metainfo-error.js';
import { parseInfo, parseMetainfo, type MetainfoLimits } from '../../src/protocol/metainfo.js';
import { choosePieceLength, createInfo, encodeMetainfo } from '../../src/protocol/metainfo-encoder.js';
import { concatBytes } from '../../src/utils/bytes.js';

type Fields = Record<string, BencodeInput | undefined>;

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof MetainfoError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

const hashes = (count: number): Uint8Array => new Uint8Array(20 * count).fill(7);
const single = (changes: Fields = {}): Fields => ({
  name: 'a.bin',
  'piece length': 16384,
  length: 20000,
  pieces: hashes(2),
  ...changes,
});
const multi = (files: BencodeInput, changes: Fields = {}): Fields => single({ length: undefined, files, ...changes });
const torrent = (info: Fields, root: Fields = {}): Uint8Array => encode({ info, ...root });
const refusal = (info: Fields, limits?: MetainfoLimits): string => codeOf(() => parseMetainfo(torrent(info), limits));
const utf8 = new TextEncoder();

describe('metainfo', () => {
  it('reads a single file', () => {
    const { info } = parseMetainfo(torrent(single({ private: 1 })));
    expect(info).toEqual({
      name: 'a.bin',
      pieceLength: 16384,
      pieces: hashes(2),
      pieceCount: 2,
      totalLength: 20000,
      isPrivate: true,
      files: [{ path: ['a.bin'], length: 20000, offset: 0, isPadding: false }],
      isSingleFile: true,
    });
  });

  it('reads several files with their offsets, empty ones and pads included', () => {
    const { info } = parseMetainfo(
      torrent(
        multi(
          [
            { path: ['d', 'one'], length: 5 },
            { path: ['empty'], length: 0 },
            { path: ['.pad', '3'], length: 3, attr: 'p' },
            { path: ['two'], length: 8, attr: 'x' },
          ],
          { pieces: hashes(1) },
        ),
      ),
    );
    expect(info.isSingleFile).toBe(false);
    expect(info.totalLength).toBe(16);
    expect(info.files.map(({ path, offset, isPadding }) => [path.join('/'), offset, isPadding])).toEqual([
      ['d/one', 0, false],
      ['empty', 5, false],
      ['.pad/3', 5, true],
      ['two', 8, false],
    ]);
  });

  it('prefers the utf-8 twins of name and path, and replaces what is not UTF-8', () => {
    const broken = Uint8Array.of(0xff, 0x41);
    const { info } = parseMetainfo(
      torrent(
        multi(
          [
            { path: [broken], 'path.utf-8': ['файл'], length: 1 },
            { path: [broken], length: 1 },
          ],
          { name: broken, 'name.utf-8': '名前', pieces: hashes(1) },
        ),
      ),
    );
    expect(info.name).toBe('名前');
    expect(info.files.map((file) => file.path)).toEqual([['файл'], ['\ufffdA']]);
  });

  it('reads what stands around the info dictionary', () => {
    const metainfo = parseMetainfo(
      torrent(single(), {
        announce: 'http://ignored.example/announce',
        'announce-list': [
          ['http://a.example/x', 'udp://b.example:80', 'http://a.example/x'],
          [],
          ['wss://c.example'],
          ['https://d.example/y'],
        ],
        comment: 'hello',
        'created by': 'maker',
        'creation date': 1234,
        'url-list': ['http://w.example/f', 'ftp://w.example/f'],
        nodes: [['router.example', 6881], ['2001:db8::1', 1], ['x', 0], ['no port'], 7],
      }),
    );
    expect(metainfo.announceTiers).toEqual([['http://a.example/x', 'udp://b.example:80'], ['https://d.example/y']]);
    expect(metainfo).toMatchObject({ comment: 'hello', createdBy: 'maker', creationDate: 1234 });
    expect(metainfo.webSeeds).toEqual(['http://w.example/f']);
    expect(metainfo.nodes).toEqual([
      { host: 'router.example', port: 6881 },
      { host: '2001:db8::1', port: 1 },
    ]);
  });

  it('takes one web seed for a list, a flat announce-list for tiers of one, and ignores bytes after the file', () => {
    const file = torrent(single(), {
      'url-list': 'http://w.example/f',
      'announce-list': ['http://a.example/x', 'http://b.example/x'],
    });
    const metainfo = parseMetainfo(concatBytes([file, utf8.encode('\r\n')]));
    expect(metainfo.webSeeds).toEqual(['http://w.example/f']);
    expect(metainfo.announceTiers).toEqual([['http://a.example/x'], ['http://b.example/x']]);
  });

  it('keeps at most 100 trackers', () => {
    const tier = Array.from({ length: 1000 }, (_, index) => `http://t${index}.example/announce`);
    expect(parseMetainfo(torrent(single(), { 'announce-list': [tier] })).announceTiers).toEqual([tier.slice(0, 100)]);
  });

  it('loads the v1 side of a hybrid, and says of a v2-only torrent that it is not supported yet', () => {
    expect(parseMetainfo(torrent(single({ 'meta version': 2, 'file tree': {} }))).info.pieceCount).toBe(2);
    const v2 = torrent({ name: 'x', 'piece length': 16384, 'meta version': 2, 'file tree': {} });
    expect(() => parseMetainfo(v2)).toThrow(/not supported yet/);
    expect(codeOf(() => parseMetainfo(v2))).toBe('v2-unsupported');
  });

  it('reads metadata that a swarm sent', () => {
    expect(parseInfo(encode(single())).totalLength).toBe(20000);
    expect(codeOf(() => parseInfo(encode([])))).toBe('no-info');
    expect(codeOf(() => parseInfo(concatBytes([encode(single()), Uint8Array.of(0)])))).toBe('not-bencode');
  });
});

describe('hostile metainfo', () => {
  it('hostile 1: deep nesting is an error', () => {
    expect(codeOf(() => parseMetainfo(utf8.encode('l'.repeat(20_000) + 'e')))).toBe('not-bencode');
  });

  it('hostile 3: unsorted and repeated keys load, and the info-hash is of the raw bytes', () => {
    const raw = `d6:pieces20:${'h'.repeat(20)}4:name1:x6:lengthi5e12:piece lengthi16384e4:name1:ye`;
    const metainfo = parseMetainfo(utf8.encode(`d4:zeroi0e4:info${raw}8:announce0:e`));
    expect(new TextDecoder().decode(metainfo.infoHashSource)).toBe(raw);
    expect(metainfo.info.name).toBe('x');
  });

  it('hostile 4: the limits on size and values are settings', () => {
    expect(refusal(single(), { maxBytes: 50 })).toBe('over-limit');
    expect(refusal(single(), { maxTokens: 5 })).toBe('over-limit');
    const huge = new Uint8Array(32 * 1024 * 1024 + 1);
    expect(codeOf(() => parseMetainfo(huge))).toBe('over-limit');
    expect(codeOf(() => parseMetainfo(huge, { maxBytes: huge.length }))).toBe('not-bencode');
  });

  it('hostile 5: an announce-list that is an empty string is ignored', () => {
    const file = torrent(single(), { 'announce-list': '', announce: 'http://a.example/x' });
    expect(parseMetainfo(file).announceTiers).toEqual([['http://a.example/x']]);
    expect(parseMetainfo(torrent(single(), { 'announce-list': '' })).announceTiers).toEqual([]);
  });

  it.each([0, -1, undefined, 512 * 1024 * 1024 + 1, 2n ** 62n, 'x'])('hostile 6: a piece length of %s', (length) => {
    expect(refusal(single({ 'piece length': length }))).toBe('bad-piece-length');
  });

  it.each<[string, Fields]>([
    ['not a multiple of 20', { pieces: new Uint8Array(39) }],
    ['one too few', { pieces: hashes(1) }],
    ['one too many', { pieces: hashes(3) }],
    ['missing', { pieces: undefined }],
    ['a number', { pieces: 7 }],
    ['over 2^21', { pieces: hashes(2), 'piece length': 1, length: 2 ** 21 + 1 }],
  ])('hostile 7: piece hashes that are %s', (_, changes) => {
    expect(refusal(single(changes))).toBe('bad-pieces');
  });

  it.each<[string, Fields]>([
    ['-1', single({ length: -1 })],
    ['2^63 - 1', single({ length: 2n ** 63n - 1n })],
    ['missing', single({ length: undefined })],
    ['-1 in a list', multi([{ path: ['a'], length: -1 }])],
    ['over 2^53 in sum', multi(['a', 'b'].map((name) => ({ path: [name], length: 2 ** 53 - 1 })))],
  ])('hostile 8: a length that is %s', (_, info) => {
    expect(refusal(info)).toBe('bad-length');
  });

  it('hostile 9: no files, no name or no bytes is an error', () => {
    expect(refusal(multi([]))).toBe('bad-files');
    expect(refusal(multi({ a: 1 }))).toBe('bad-files');
    expect(refusal(multi([{ length: 1 }]))).toBe('bad-files');
    expect(refusal(multi([{ length: 1, path: [] }]))).toBe('bad-files');
    expect(refusal(multi([{ length: 1, path: [1] }]))).toBe('bad-files');
    expect(refusal(multi([1]))).toBe('bad-files');
    expect(refusal(single({ name: undefined }))).toBe('bad-name');
    expect(refusal(single({ name: '' }))).toBe('bad-name');
    expect(refusal(single({ length: 0, pieces: hashes(0) }))).toBe('empty');
    expect(refusal(multi([{ path: ['a'], length: 0 }], { pieces: hashes(0) }))).toBe('empty');
    expect(codeOf(() => parseMetainfo(encode({ announce: 'x' })))).toBe('no-info');
  });

  it('hostile 18: a symlink is read as an ordinary, empty file', () => {
    const link = { path: ['link'], attr: 'l', 'symlink path': ['..', 'etc'] };
    const { info } = parseMetainfo(torrent(multi([link, { path: ['a'], length: 9 }], { pieces: hashes(1) })));
    expect(info.files).toEqual([
      { path: ['link'], length: 0, offset: 0, isPadding: false },
      { path: ['a'], length: 9, offset: 0, isPadding: false },
    ]);
  });

  it('damaged torrents throw nothing but the typed error', () => {
    const whole = torrent(multi([{ path: ['d', 'f'], length: 20000 }]), {
      'announce-list': [['http://a.example/x']],
      nodes: [['n.example', 1]],
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (damage) => {
          const file = whole.slice();
          for (const [index, byte] of damage) file[index] = byte;
          expect(codeOf(() => parseMetainfo(file))).toBeTypeOf('string');
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a created torrent', () => {
  const name = fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme' });

  it('is read back as it was made', () => {
    const content = fc.oneof(
      fc.record({ length: fc.integer({ min: 1, max: 10 ** 6 }) }),
      fc
        .array(fc.record({ path: fc.array(name, { minLength: 1, maxLength: 3 }), length: fc.nat(10 ** 5) }), {
          minLength: 1,
          maxLength: 5,
        })
        .filter((files) => files.some((file) => file.length > 0))
        .map((files) => ({ files })),
    );
    fc.assert(
      fc.property(name, content, fc.boolean(), (torrentName, made, isPrivate) => {
        const total = 'length' in made ? made.length : made.files.reduce((sum, file) => sum + file.length, 0);
        const pieces = hashes(Math.ceil(total / 32768));
        const rawInfo = createInfo({ name: torrentName, pieceLength: 32768, pieces, content: made, isPrivate });
        const { info, infoHashSource } = parseMetainfo(encodeMetainfo({ info: rawInfo }));
        expect(infoHashSource).toEqual(rawInfo);
        expect(info).toMatchObject({
          name: torrentName,
          totalLength: total,
          isPrivate,
          isSingleFile: 'length' in made,
        });
        expect(info.files.map(({ path, length }) => ({ path, length }))).toEqual(
          'length' in made ? [{ path: [torrentName], length: total }] : made.files,
        );
      }),
    );
  });

  it('holds what was said around the info dictionary', () => {
    const info = encode(single());
    const fields = { comment: 'c', createdBy: 'b', creationDate: 5, webSeeds: ['http://w.example/'] };
    for (const announceTiers of [[], [['http://a.example/x']], [['http://a.example/x'], ['udp://b.example:1']]]) {
      expect(parseMetainfo(encodeMetainfo({ info, announceTiers, ...fields }))).toMatchObject({
        announceTiers,
        ...fields,
      });
    }
  });

  it.each([
    [1, 16 * 1024],
    [20 * 1024 ** 2, 16 * 1024],
    [1024 ** 3, 1024 ** 2],
    [1024 ** 4, 16 * 1024 ** 2],
  ])('of %d bytes has pieces of %d', (totalBytes, pieceLength) => {
    expect(choosePieceLength(totalBytes)).toBe(pieceLength);
  });
});
