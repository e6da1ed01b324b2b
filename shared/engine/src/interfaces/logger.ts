/** Where the engine reports what a developer or an exported diagnosis needs; never what a user must see. */
export interface ILogger {
  debug(scope: string, message: string): void;
  info(scope: string, message: string): void;
  warn(scope: string, message: string): void;
}
