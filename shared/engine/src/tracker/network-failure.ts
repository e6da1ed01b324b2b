import { HttpError, type HttpErrorCode } from '../interfaces/http.js';
import { SocketError, type SocketErrorCode } from '../interfaces/socket.js';
import { TrackerError, type TrackerErrorCode } from '../interfaces/tracker.js';

interface Failure {
  readonly code: TrackerErrorCode;
  /** What happened, for people. */
  readonly sentence: string;
  /** Behind it stands what the platform says. */
  readonly isDetailed?: boolean;
}

const NO_NAME: Failure = { code: 'no-name', sentence: 'The name of the tracker was not found' };
const NO_HELPER: Failure = { code: 'no-helper', sentence: 'There is no helper to ask it' };
const FORBIDDEN: Failure = {
  code: 'forbidden',
  sentence: 'Its address belongs to this computer or its network, where only announce paths are asked',
};

const BY_HTTP_CODE: Readonly<Record<HttpErrorCode, Failure>> = {
  dns: NO_NAME,
  connect: { code: 'unreachable', sentence: 'The tracker cannot be reached', isDetailed: true },
  tls: { code: 'insecure', sentence: 'There is no secure connection to the tracker', isDetailed: true },
  timeout: { code: 'timeout', sentence: 'The tracker does not answer' },
  'too-large': { code: 'bad-response', sentence: 'The reply is too large' },
  'blocked-address': FORBIDDEN,
  'too-many-redirects': { code: 'redirects', sentence: 'The tracker points to another address again and again' },
  'bad-response': { code: 'bad-response', sentence: 'The reply is not that of a tracker', isDetailed: true },
  'bad-url': { code: 'bad-url', sentence: 'Not a valid address' },
  'bridge-lost': NO_HELPER,
  aborted: { code: 'aborted', sentence: 'The announce was given up' },
  other: { code: 'network', sentence: 'The tracker cannot be asked', isDetailed: true },
};

const BY_SOCKET_CODE: Readonly<Partial<Record<SocketErrorCode, Failure>>> = {
  dns: NO_NAME,
  'not-permitted': FORBIDDEN,
  'bridge-lost': NO_HELPER,
};

/** What a tracker's row says when the network did not bring us to it; the error itself is its cause. */
export function networkFailure(cause: unknown): TrackerError {
  const { code, sentence, isDetailed = false } = failureOf(cause);
  const said = cause instanceof Error ? cause.message : String(cause);
  const detail = isDetailed && said !== '' ? said : undefined;
  return new TrackerError(code, detail === undefined ? sentence : `${sentence}: ${detail}`, { cause, detail });
}

function failureOf(error: unknown): Failure {
  if (error instanceof HttpError) return BY_HTTP_CODE[error.code];
  return (error instanceof SocketError && BY_SOCKET_CODE[error.code]) || BY_HTTP_CODE.other;
}
