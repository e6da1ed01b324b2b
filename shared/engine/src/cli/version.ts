/** Of the command-line client and, through it, of the engine towards peers. The same as in package.json. */
export const VERSION = '0.1.0';
