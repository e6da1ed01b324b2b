/** One entry of Chrome's `messages.json`. */
export interface ChromeMessage {
  readonly message: string;
  readonly placeholders?: Readonly<Record<string, { readonly content: string }>>;
}

const NAME = /\{(\w+)\}/g;

/** Names of the placeholders of a message, in alphabetical order, each once. */
export const placeholderNames = (message: string): readonly string[] =>
  [...new Set([...message.matchAll(NAME)].map(([, name = '']) => name))].sort();

type Messages = Readonly<Record<string, string>>;

/** The message that says which placeholders there are: the last form of what has several. */
export const referenceKey = (key: string): string => key.replace(/_(?:zero|one|two|few|many)$/, '_other');

/** Messages as Chrome wants them: `{name}` becomes `$name$`, whose place is its rank in the alphabet among those of the English message. */
export function toChromeMessages(messages: Messages, english: Messages): Readonly<Record<string, ChromeMessage>> {
  return Object.fromEntries(
    Object.entries(messages).map(([key, text]) => {
      const names = placeholderNames(english[referenceKey(key)] ?? '');
      const message = text.replaceAll('$', '$$$$').replace(NAME, '$$$1$$');
      const placeholders = Object.fromEntries(names.map((name, place) => [name, { content: `$${place + 1}` }]));
      return [key, { message, ...(names.length > 0 ? { placeholders } : {}) }];
    }),
  );
}
