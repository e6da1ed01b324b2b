/** Version of the helper, the same as in package.json. */
export const HELPER_VERSION = '0.1.0';
//# sourceMappingURL=version.js.map
