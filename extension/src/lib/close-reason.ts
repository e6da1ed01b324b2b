import type { CloseReason } from '@jstorrent/bridge-protocol';
import { SocketError, type SocketErrorCode } from '@jstorrent/engine';

/** Reasons of the helper that mean the same to the engine. */
const SAME = new Set<SocketErrorCode>([
  'refused',
  'timeout',
  'unreachable',
  'reset',
  'dns',
  'address-in-use',
  'not-permitted',
  'too-many-sockets',
]);

/** The engine's error for what ended a socket at the helper. */
export function socketErrorOf({ code, message }: CloseReason): SocketError {
  if (code === 'lane-lost') return new SocketError('bridge-lost', message);
  if (code === 'blocked-address') return new SocketError('not-permitted', message);
  const same = code as SocketErrorCode;
  return new SocketError(SAME.has(same) ? same : 'other', message);
}

/** The engine's error for a channel that went away without the helper saying why. */
export function socketErrorOfGone(code: 'protocol' | 'bridge-lost', message: string): SocketError {
  return new SocketError(code === 'bridge-lost' ? 'bridge-lost' : 'other', message);
}
