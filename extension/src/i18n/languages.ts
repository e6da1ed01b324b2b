import { EN } from './en/index.js';

/** All texts by the names that Chrome has for languages. */
export const LANGUAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = { en: EN };
