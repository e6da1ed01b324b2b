import { plainText } from '../utils/plain-text.js';

const MAX_LABEL_CHARS = 100;

/** A label as it is kept: plain text, no space around it; undefined for none. */
export function cleanLabel(text: string): string | undefined {
  const label = Array.from(plainText(text.trim())).slice(0, MAX_LABEL_CHARS).join('').trim();
  return label === '' ? undefined : label;
}
