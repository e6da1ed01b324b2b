import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeholderNames, referenceKey, toChromeMessages } from '../../src/i18n/chrome-messages.js';
import { EN } from '../../src/i18n/en/index.js';
import { LANGUAGES } from '../../src/i18n/languages.js';
import { chromeI18n } from './chrome-i18n.js';

const ENGLISH: Readonly<Record<string, string>> = EN;

describe.each(Object.keys(LANGUAGES))('the messages in %s', (language) => {
  const messages = LANGUAGES[language] ?? {};

  it('are all there, and no others', () => {
    const wanted = Object.keys(EN).filter((key) => !key.endsWith('_one'));
    expect(wanted.filter((key) => !messages[key])).toEqual([]);
    expect(Object.keys(messages).filter((key) => !(referenceKey(key) in EN))).toEqual([]);
  });

  it('have the placeholders of the English ones', () => {
    const wrong = Object.entries(messages).filter(([key, text]) => {
      // A form for one or two may say the number as a word.
      const isForm = referenceKey(key) !== key;
      const wanted = placeholderNames(ENGLISH[referenceKey(key)] ?? '').filter((name) => !isForm || name !== 'count');
      return (
        placeholderNames(text)
          .filter((name) => !isForm || name !== 'count')
          .join() !== wanted.join()
      );
    });
    expect(wrong).toEqual([]);
  });

  it('have a form for every number of things', () => {
    const forms = new Intl.PluralRules(messages['languageTag']).resolvedOptions().pluralCategories;
    const bases = Object.keys(EN).filter((key) => key.endsWith('_other'));
    const wanted = bases.flatMap((key) => forms.map((form) => key.replace('_other', `_${form}`)));
    // Spanish and others have "many" for millions, which is written like the others.
    expect(wanted.filter((key) => !key.endsWith('_many') || language === 'ar').filter((key) => !messages[key])).toEqual(
      [],
    );
  });
});

it('messages are filled in by name, whatever their order, dollars included', () => {
  const chromeMessages = toChromeMessages({ key: '{b} costs $5, {a}' }, { key: '{a} {b}' });
  expect(chromeMessages['key']).toEqual({
    message: '$b$ costs $$5, $a$',
    placeholders: { a: { content: '$1' }, b: { content: '$2' } },
  });
  expect(chromeI18n('en').i18n.getMessage('hoursMinutes', ['2', '5'])).toBe('2 h 5 min');
});

/** Letters of a text between tags, or in an attribute that people read or hear. */
const HARD_CODED =
  />\s*[A-Za-z][a-z]+[^<>{}=;()]*<\/|\b(?:title|label|placeholder|aria-label|hint|alt)="[^"]*[A-Za-z]{2}|\.(?:say|fail)\(\s*[`'"][^`'"]* /;

it('no view says anything that is not in the messages', async () => {
  const views = join(import.meta.dirname, '../../src/ui');
  const sources = (await readdir(views, { recursive: true })).filter((path) => /\.tsx?$/.test(path));
  const found: string[] = [];
  for (const path of sources) {
    const source = (await readFile(join(views, path), 'utf8')).replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
    const hit = HARD_CODED.exec(source) ?? /['"`][A-Z][a-z]+ [a-z]+ [^'"`\n]*['"`]/.exec(source);
    // Errors for programmers are thrown, not shown.
    if (hit && !source.slice(Math.max(0, hit.index - 40), hit.index).includes('Error('))
      found.push(`${path}: ${hit[0]}`);
  }
  expect(found).toEqual([]);
});

it('every message is said somewhere', async () => {
  const sources = join(import.meta.dirname, '../../src');
  const paths = (await readdir(sources, { recursive: true })).filter(
    (path) => /\.tsx?$/.test(path) && !/^i18n.(?!t\.ts)/.test(path),
  );
  const files = [...paths.map((path) => join(sources, path)), join(import.meta.dirname, '../../../manifest.json')];
  const all = (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n');
  // Those of the settings are put together from the names of these.
  const bases = Object.keys(EN).map((key) => referenceKey(key).replace(/_other$/, ''));
  const unsaid = bases.filter(
    (key) => !/^set[A-Z]/.test(key) && !all.includes(`'${key}'`) && !all.includes(`__MSG_${key}__`),
  );
  expect(unsaid).toEqual([]);
});
