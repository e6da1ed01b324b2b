import { AR } from './ar/index.js';
import { DE } from './de/index.js';
import { EN } from './en/index.js';
import { ES } from './es/index.js';
import { ZH_CN } from './zh-cn/index.js';

/** All texts by the names that Chrome has for languages. */
export const LANGUAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: EN,
  de: DE,
  es: ES,
  zh_CN: ZH_CN,
  ar: AR,
};
