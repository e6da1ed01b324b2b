import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/utils/plain-text.js';

describe('plainText', () => {
  it.each([
    ['photo\u202egpj.exe', 'photo\ufffdgpj.exe'],
    ['a\u0000b\u0007c\u009fd\r\ne', 'a\ufffdb\ufffdc\ufffdd\ufffd\ufffde'],
    ['\u200fעברית\u2066', '\ufffdעברית\ufffd'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['Müller & 東京 👍', 'Müller & 東京 👍'],
  ])('hostile 45: %j is shown as %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });
});
