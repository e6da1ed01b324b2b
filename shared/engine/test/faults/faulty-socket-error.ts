import { SocketError, type SocketErrorCode } from '../../src/interfaces/socket.js';

/** The error of an injected fault; `code` is undefined for a tear. */
export const socketError = (code: string | undefined): SocketError =>
  new SocketError((code ?? 'reset') as SocketErrorCode, `injected, ${code ?? 'torn'}`);
