/** Controls, bidi marks, line separators, lone surrogates: what could make a foreign name look like something else. */
const DECEPTIVE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Foreign text, safe to show as text: everything deceptive is replaced by U+FFFD. */
export function plainText(text: string): string {
  return text.replace(DECEPTIVE, '\ufffd');
}
