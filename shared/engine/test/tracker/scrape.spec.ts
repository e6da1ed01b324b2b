import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrackerError } from '../../src/interfaces/tracker.js';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { buildScrapeUrl, parseScrapeReply } from '../../src/tracker/scrape.js';

const infoHash = Uint8Array.from({ length: 20 }, (_, index) => 250 - index * 13);

/** `d5:filesd20:HASHd...eee`, beside another torrent. */
function filesOf(counts: BencodeInput): Uint8Array {
  const text = (value: string) => new TextEncoder().encode(value);
  const other = concatBytes([text('20:'), new Uint8Array(20).fill(1), encode({ complete: 9 })]);
  return concatBytes([text('d5:filesd'), other, text('20:'), infoHash, encode(counts), text('ee')]);
}

const HASH = 'info_hash=%FA%ED%E0%D3%C6%B9%AC%9F%92%85xk%5EQD7%2A%1D%10%03';

describe('the scrape URL (BEP 48)', () => {
  it.each([
    ['http://t.example/announce', `http://t.example/scrape?${HASH}`],
    ['http://t.example/x/announce', `http://t.example/x/scrape?${HASH}`],
    ['http://t.example/announce.php', `http://t.example/scrape.php?${HASH}`],
    ['http://t.example/announce?x2%0644', `http://t.example/scrape?x2%0644&${HASH}`],
    ['http://t.example/key/announce?', `http://t.example/key/scrape?${HASH}`],
    ['http://t.example/announce#top', `http://t.example/scrape?${HASH}`],
  ])('of %s', (url, expected) => {
    expect(buildScrapeUrl(url, infoHash)).toBe(expected);
  });

  it.each([
    'http://t.example/a',
    'http://t.example/announce?x=2/4',
    'http://t.example/x%064announce',
    'http://t.example/announce/',
    'http://announce.example',
  ])('does not exist for %s', (url) => {
    expect(buildScrapeUrl(url, infoHash)).toBeUndefined();
  });
});

describe('the scrape reply (BEP 48)', () => {
  it('gives the counts of our torrent among others', () => {
    const counts = { complete: 1, incomplete: 2, downloaded: 3, name: 'x' };
    expect(parseScrapeReply(filesOf(counts), infoHash)).toEqual({ seeds: 1, leechers: 2, downloads: 3 });
  });

  it('gives those of the only torrent when the tracker wrote its hash as UTF-8', () => {
    const mangled = new TextEncoder().encode(String.fromCharCode(...infoHash));
    const text = (value: string) => new TextEncoder().encode(value);
    const reply = [text(`d5:filesd${mangled.length}:`), mangled, encode({ complete: 1 }), text('ee')];
    expect(parseScrapeReply(concatBytes(reply), infoHash)).toMatchObject({ seeds: 1 });
  });

  it('of another torrent alone is a bad response', () => {
    expect(() => parseScrapeReply(encode({ files: { [HASH.slice(0, 20)]: { complete: 1 } } }), infoHash)).toThrow(
      expect.objectContaining({ code: 'bad-response' }) as Error,
    );
  });

  it('hostile 31: leaves out what can be no count', () => {
    expect(parseScrapeReply(filesOf({ complete: -1, incomplete: 'many' }), infoHash)).toEqual({
      seeds: undefined,
      leechers: undefined,
      downloads: undefined,
    });
  });

  it.each([
    ['bad-response', {}],
    ['bad-response', { files: {} }],
    ['bad-response', { files: 7 }],
    ['failure-reason', { 'failure reason': 'no scraping here' }],
  ])('is a %s when it is %j', (code, reply) => {
    expect(() => parseScrapeReply(encode(reply), infoHash)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('of any bytes gives counts or a TrackerError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(Object.keys(parseScrapeReply(bytes, infoHash))).toEqual(['seeds', 'leechers', 'downloads']);
        } catch (error) {
          expect(error).toBeInstanceOf(TrackerError);
        }
      }),
    );
  });
});
