import { isIP } from 'node:net';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Endpoint } from '../interfaces/socket.js';
import { CliError } from './cli-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>['values'];

/** `parseArgs` of Node that takes exactly one positional argument, called `what` in messages. Throws {@link CliError}. */
export function parseOne<const T extends Options>(
  args: readonly string[],
  options: T,
  what: string,
): { readonly values: Values<T>; readonly positional: string } {
  const { values, positionals } = parseStrictly(args, options);
  const [first, ...more] = positionals;
  if (first === undefined || first === '') throw new CliError('usage', `${what} is missing`);
  if (more.length > 0) throw new CliError('usage', `only one ${what} is taken, ${positionals.length} are given`);
  return { values, positional: first };
}

function parseStrictly<const T extends Options>(
  args: readonly string[],
  options: T,
): { readonly values: Values<T>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError('usage', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

/** A port to listen on: 1 to 65535. Throws {@link CliError}. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new CliError('usage', `${text} is no port (1 to 65535)`);
  return port;
}

/** `192.0.2.1:6881` or `[2001:db8::1]:6881`. Names are not taken: nothing here resolves them. Throws {@link CliError}. */
export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  if (!match || isIP(host) === 0) throw new CliError('usage', `${text} is no peer address (IP:PORT)`);
  return { host, port: parsePort(match[3] ?? '') };
}
