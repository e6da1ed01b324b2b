import { toChromeMessages } from '../../src/i18n/chrome-messages.js';
import { EN } from '../../src/i18n/en/index.js';
import { LANGUAGES } from '../../src/i18n/languages.js';

/** The part of `chrome` that gives texts, in one language, out of the same messages that Chrome gets. */
export function chromeI18n(language: string): { i18n: Pick<typeof chrome.i18n, 'getMessage'> } {
  const messages = toChromeMessages(LANGUAGES[language] ?? EN, EN);
  const getMessage = (name: string, substitutions: readonly string[] = []): string => {
    const { message = '', placeholders = {} } = messages[name] ?? {};
    return message.replace(/\$(\w*)\$/g, (_, placeholder: string) => {
      const place = Number(placeholders[placeholder]?.content.slice(1));
      return placeholder === '' ? '$' : (substitutions[place - 1] ?? '');
    });
  };
  return { i18n: { getMessage: getMessage as typeof chrome.i18n.getMessage } };
}
