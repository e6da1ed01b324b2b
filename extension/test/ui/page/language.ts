import { chromeI18n } from '../../i18n/chrome-i18n.js';

/* First of all imports: texts are looked up as modules load. `?lang=de`. */
Object.assign(globalThis, { chrome: chromeI18n(new URLSearchParams(location.search).get('lang') ?? 'en') });
