import { chromeI18n } from './chrome-i18n.js';

Object.assign(globalThis, { chrome: chromeI18n('en') });
