/**
 * The origin of the extension that started the helper, `chrome-extension://ID`, or undefined when that is not one it was installed
 * for. `args` are the ids that the launcher names (`--extension-id=ID`, any number; none means the published extension) and then
 * what Chrome adds: the origin with a slash, and on Windows `--parent-window=N`.
 */
export declare function hostOrigin(args: readonly string[]): string | undefined;
