import { ADD } from './add.js';
import { COMMON } from './common.js';
import { DETAILS } from './details.js';
import { ERRORS } from './errors.js';
import { HELP } from './help.js';
import { LIST } from './list.js';
import { SETTINGS } from './settings.js';
import { SETUP } from './setup.js';

/** Spanish. */
export const ES = { ...COMMON, ...LIST, ...ADD, ...DETAILS, ...SETTINGS, ...SETUP, ...HELP, ...ERRORS };
