import { plainText } from '../utils/plain-text.js';

const MAX_LABEL_CHARS = 100;
const MAX_NAME_CHARS = 250;

/** A label as it is kept: plain text, no space around it; undefined for none. */
export function cleanLabel(text: string): string | undefined {
  return clean(text, MAX_LABEL_CHARS);
}

/** A name that the user gives, likewise. */
export function cleanName(text: string): string | undefined {
  return clean(text, MAX_NAME_CHARS);
}

function clean(text: string, maxChars: number): string | undefined {
  const cleaned = Array.from(plainText(text.trim())).slice(0, maxChars).join('').trim();
  return cleaned === '' ? undefined : cleaned;
}
