import type { EN } from './en/index.js';

type English = typeof EN;
export type MessageKey = keyof English;

/** The names in braces. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type Values<Key extends MessageKey> = { readonly [Name in Names<English[Key]>]: string | number };

/** What comes after the key: nothing where the message has no placeholder. */
type Rest<Key extends MessageKey> = [Names<English[Key]>] extends [never] ? [] : [values: Values<Key>];

/** Messages that say a whole thing by themselves, for tables. */
export type PlainKey = { [Key in MessageKey]: [Names<English[Key]>] extends [never] ? Key : never }[MessageKey];

/** Messages about a number of things: `peers` for `peers_one` and `peers_other`. */
export type CountKey = { [Key in MessageKey]: Key extends `${infer Base}_other` ? Base : never }[MessageKey];

type CountRest<Key extends CountKey> =
  Exclude<Names<English[`${Key}_other`]>, 'count'> extends never
    ? []
    : [values: { readonly [Name in Exclude<Names<English[`${Key}_other`]>, 'count'>]: string | number }];

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Stands for a value in a template: no text has it. */
const MARK = '\u0001';
const MARKS = Array.from({ length: 9 }, (_, place) => `${MARK}${place}`);
const MARKED = new RegExp(`${MARK}(\\d)`, 'g');

/** Asking Chrome takes longer than filling in, and rows of long lists ask a lot. */
const templates = new Map<string, string>();

/** Chrome's messages know places by number: the names of a message in alphabetical order. Empty for a message that is not there. */
function lookUp(key: string, values: Readonly<Record<string, string | number>> | undefined): string {
  let template = templates.get(key);
  if (template === undefined) {
    template = chrome.i18n.getMessage(key, MARKS);
    templates.set(key, template);
  }
  if (!values) return template;
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return template.replace(MARKED, (_, place: string) => written(sorted[Number(place)]?.[1]));
}

/** A name in another script must not turn the words around it. */
function written(value: string | number | undefined): string {
  return typeof value === 'string' ? isolated(value) : String(value ?? '');
}

/** What reads in its own direction, wherever it stands. */
export const isolated = (text: string): string =>
  isRightToLeft() ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;

/** A message in the language of the browser; the names of its placeholders are those of the English one. */
export function t<Key extends MessageKey>(key: Key, ...rest: Rest<Key>): string {
  return lookUp(key, rest[0]);
}

let rules: Intl.PluralRules | undefined;

/** A message about `count` things, in the form that the language has for so many. */
export function tn<Key extends CountKey>(key: Key, count: number, ...rest: CountRest<Key>): string {
  rules ??= new Intl.PluralRules(language());
  const all = { ...rest[0], count: formatInteger(count) };
  return lookUp(`${key}_${rules.select(count)}`, all) || lookUp(`${key}_other`, all);
}

/** The language of the messages, which is not always that of the browser. */
export const language = (): string => lookUp('languageTag', undefined);

const isRightToLeft = (): boolean => lookUp('direction', undefined) === 'rtl';

let integers: Intl.NumberFormat | undefined;

/** `12,345` as the language writes it. */
export function formatInteger(value: number): string {
  integers ??= new Intl.NumberFormat(language(), { maximumFractionDigits: 0 });
  return integers.format(value);
}

/** Tells the page in which language and direction it is. */
export function setPageLanguage(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = isRightToLeft() ? 'rtl' : 'ltr';
}
