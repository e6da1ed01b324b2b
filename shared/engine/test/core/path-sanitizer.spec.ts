import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeElement, safePaths, TooManyDuplicatesError } from '../../src/core/path-sanitizer.js';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** Strings that are likely to hurt. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('.', '/', '\\', ' ', ':', 'a', 'A', '\0', '\u202e', 'ß', 'é', '\ud800', '😀') }),
  fc.constantFrom('', '.', '..', 'CON', 'nul.txt', 'x.LNK', 'Desktop.ini', 'thumbs.db', 'a.url.lnk', '~', 'com1 .c'),
  fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '.'), minLength: 230, maxLength: 260 }), fc.string())
    .map(([stem, extension]) => `${stem}.${extension}`),
);

describe('safeElement', () => {
  it.each([
    ['..', '__'],
    ['.', '_'],
    ['a/../c', 'a_.._c'],
    ['/..', '___'],
    ['..\\..\\evil.exe', '.._.._evil.exe'],
    ['C:', 'C_'],
    ['\\\\?\\', '____'],
    ['a:stream', 'a_stream'],
  ])('hostile 12: %j cannot leave the root and becomes %j', (element, safe) => {
    expect(safeElement(element)).toBe(safe);
  });

  it.each(['a..b', 'Foo...mkv', '.hidden', 'naïve ☕ 日本語.txt', "it's (1) [2] {3} & more;#%~.rar"])(
    'hostile 12: %j is legal and kept',
    (element) => {
      expect(safeElement(element)).toBe(element);
    },
  );

  it('hostile 13: NUL, controls, DEL, bidi marks and halves of surrogate pairs are replaced', () => {
    expect(safeElement('a\0b\u0001c\u0085d\u007fe\u202etxt.exe')).toBe('a_b_c_d_e_txt.exe');
    expect(safeElement('\u200e\u200f\u061c\u2066\u2069')).toBe('_____');
    expect(safeElement('a\ud800b')).toBe('a_b');
    expect(safeElement('broken \ufffd name')).toBe('broken \ufffd name');
  });

  it('hostile 14: a long element is cut at a code point and keeps its extension', () => {
    const safe = safeElement(`${'é'.repeat(300)}.mkv`);
    expect(safe).toBe(`${'é'.repeat(118)}.mkv`);
    expect(bytesOf(safeElement('😀'.repeat(100)))).toBe(240);
  });

  it('hostile 14: something long after a dot is no extension', () => {
    const safe = safeElement(`a.${'b'.repeat(300)}`);
    expect(safe).toBe(`a.${'b'.repeat(238)}`);
  });

  it.each([
    ['file.', 'file_'],
    ['file ', 'file_'],
    ['file. .', 'file___'],
    [' file', '_file'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Aux.tar.gz', '_Aux.tar.gz'],
    ['COM1', '_COM1'],
    ['lpt9 .x', '_lpt9 .x'],
    ['x.lnk', 'x_lnk'],
    ['x.URL', 'x_URL'],
    ['x.scf', 'x_scf'],
    ['Desktop.ini', 'Desktop_ini'],
    ['thumbs.db', 'thumbs_db'],
  ])('hostile 15: %j is refused somewhere and becomes %j', (element, safe) => {
    expect(safeElement(element)).toBe(safe);
  });

  it.each(['console.txt', 'null', 'com10', 'prn2', 'my desktop.ini', 'a.url.txt'])(
    '%j only looks refused',
    (element) => {
      expect(safeElement(element)).toBe(element);
    },
  );

  it('hostile 16: an empty element becomes an underscore', () => {
    expect(safeElement('')).toBe('_');
  });

  it('makes anything safe, and keeps what it made', () => {
    fc.assert(
      fc.property(nasty, (element) => {
        const safe = safeElement(element);
        expect(safe).not.toMatch(/[/\\:?*|<>"\u0000-\u001f\u007f-\u009f\u202e]|^\s|[\s.]$|\.(lnk|scf|url)$/i);
        expect(safe).not.toMatch(/\p{Cs}/u);
        expect(bytesOf(safe)).toBeGreaterThan(0);
        expect(bytesOf(safe)).toBeLessThanOrEqual(240);
        expect(safeElement(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('safePaths', () => {
  it('gives a torrent of one file its name', () => {
    expect(safePaths({ name: 'a/b', files: undefined })).toEqual(['a_b']);
  });

  it('puts the files of a multi-file torrent under its name', () => {
    expect(safePaths({ name: 'T', files: [['x', 'y.txt'], ['z']] })).toEqual(['T/x/y.txt', 'T/z']);
  });

  it('hostile 17: duplicates and names that differ in case only are numbered before the extension', () => {
    const files = [['bar.txt'], ['bar.txt'], ['BAR.TXT'], ['bar.1.txt'], ['noext'], ['noext']];
    expect(safePaths({ name: 'T', files })).toEqual([
      'T/bar.txt',
      'T/bar.1.txt',
      'T/BAR.2.TXT',
      'T/bar.1.1.txt',
      'T/noext',
      'T/noext.1',
    ]);
  });

  it('hostile 17: composed and decomposed letters collide', () => {
    expect(safePaths({ name: 'T', files: [['\u00e9.txt'], ['e\u0301.txt']] })).toEqual([
      'T/\u00e9.txt',
      'T/e\u0301.1.txt',
    ]);
  });

  it('hostile 17: folders that differ in case only become one', () => {
    const files = [
      ['Dir', 'a'],
      ['dir', 'b'],
      ['DIR', 'A'],
    ];
    expect(safePaths({ name: 'T', files })).toEqual(['T/Dir/a', 'T/Dir/b', 'T/Dir/A.1']);
  });

  it('hostile 17: a file makes way for a folder of its name', () => {
    expect(safePaths({ name: 'T', files: [['a'], ['A', 'b']] })).toEqual(['T/a.1', 'T/A/b']);
  });

  it('hostile 17: over 500 duplicates are an error', () => {
    const files = (count: number) => Array.from({ length: count }, () => ['same.txt']);
    expect(new Set(safePaths({ name: 'T', files: files(501) })).size).toBe(501);
    expect(() => safePaths({ name: 'T', files: files(502) })).toThrow(TooManyDuplicatesError);
  });

  it('a numbered name stays within the limit', () => {
    const long = `${'x'.repeat(300)}.mkv`;
    const [, second] = safePaths({ name: 'T', files: [[long], [long]] });
    expect(second).toBe(`T/${'x'.repeat(234)}.1.mkv`);
  });

  it('never escapes, never repeats a path whatever the case, and a path is no folder of another', () => {
    fc.assert(
      fc.property(nasty, fc.array(fc.array(nasty, { maxLength: 4 }), { maxLength: 20 }), (name, files) => {
        const paths = safePaths({ name, files });
        const keys = paths.map((path) => path.normalize('NFC').toLowerCase());
        expect(new Set(keys).size).toBe(files.length);
        const folders = new Set(
          keys.flatMap((key) => [...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index))),
        );
        for (const key of keys) expect(folders.has(key)).toBe(false);
        for (const path of paths) {
          expect(path.startsWith(`${safeElement(name)}/`)).toBe(true);
          for (const element of path.split('/')) expect(safeElement(element)).toBe(element);
        }
        expect(safePaths({ name, files })).toEqual(paths);
      }),
      { numRuns: 300 },
    );
  });
});
