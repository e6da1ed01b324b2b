import { t, type PlainKey } from '../../i18n/t.js';

/** What is printed on keys is other in each language. */
const WORDS: Readonly<Record<string, PlainKey>> = {
  Control: 'keyControl',
  Shift: 'keyShift',
  Delete: 'keyDelete',
  Space: 'keySpace',
  Enter: 'keyEnter',
  Escape: 'keyEscape',
  Home: 'keyHome',
  End: 'keyEnd',
};

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓' };

function wordOf(key: string): string {
  const word = WORDS[key];
  return word ? t(word) : (SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** A shortcut as `aria-keyshortcuts` has it, such as `Shift+Delete`, in the words of the user's keyboard. */
export const keyWords = (shortcut: string): string => shortcut.split('+').map(wordOf).join('+');
