/** `jstorrent-bridge`: `host` is what the launcher calls for Chrome, everything else is for people. Resolves to the exit code. */
export declare function main(args: readonly string[]): Promise<number>;
