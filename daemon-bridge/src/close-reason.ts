import type { CloseCode, CloseReason } from '@jstorrent/bridge-protocol';

/** A failure that already knows what the extension is told. */
export class BridgeFailure extends Error implements CloseReason {
  override readonly name = 'BridgeFailure';
  constructor(
    readonly code: CloseCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

const CODES: Readonly<Record<string, CloseCode>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'dns',
  EADDRINUSE: 'address-in-use',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EMFILE: 'too-many-sockets',
  ENFILE: 'too-many-sockets',
  EPROTO: 'tls',
  Z_DATA_ERROR: 'bad-response',
  Z_BUF_ERROR: 'bad-response',
};

/** Families of codes of Node's resolver, OpenSSL and HTTP parser. */
const CODE_PATTERNS: readonly (readonly [RegExp, CloseCode])[] = [
  [/^EAI_/, 'dns'],
  [/^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_|HOSTNAME_)/, 'tls'],
  [/^HPE_/, 'bad-response'],
];

/** What the extension is told about an error of Node. */
export function closeReason(error: unknown): CloseReason {
  if (error instanceof BridgeFailure) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: 'other', message: String(error) };
  const name = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = CODES[name] ?? CODE_PATTERNS.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
  return { code, message: messageOf(error) || name };
}

/** Where several addresses were tried the error says nothing itself. */
function messageOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.message || (first instanceof Error ? first.message : '');
}
