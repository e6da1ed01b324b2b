/** What ends a command with one line to the user. `usage`: the command line is wrong; `failed`: it could not be done. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly code: 'usage' | 'failed',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
