import { SocketError, type Endpoint, type SocketErrorCode } from '../../interfaces/socket.js';

const MAPPED_PREFIX = '::ffff:';

const codes: Readonly<Record<string, SocketErrorCode>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EADDRINUSE: 'address-in-use',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EMFILE: 'too-many-sockets',
  ENFILE: 'too-many-sockets',
};

/** The typed error for one of Node's. */
export function toSocketError(error: unknown): SocketError {
  if (error instanceof SocketError) return error;
  const { code = '', message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  return new SocketError(codes[code] ?? 'other', message || code, { cause: error });
}

/** An endpoint as Node reports it; an IPv4 address seen through an IPv6 socket becomes plain again. */
export function toEndpoint(host: string, port: number): Endpoint {
  return { host: host.startsWith(MAPPED_PREFIX) && host.includes('.') ? host.slice(MAPPED_PREFIX.length) : host, port };
}
