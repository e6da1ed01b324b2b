/** The commands for people. Resolves to the exit code. */
export declare function runInstaller(args: readonly string[]): Promise<number>;
