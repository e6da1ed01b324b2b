import { BridgeProtocolError, encodeMessage, Opcode, parseClose, parseResolved } from '@jstorrent/bridge-protocol';
import { type ResolveOptions, SocketError } from '@jstorrent/engine';
import type { BridgeSession, Channel } from './bridge-session.js';
import { socketErrorOf, socketErrorOfGone } from './close-reason.js';

/** Has the helper say what a name stands for, as far as its network policy allows that. */
export function resolveByBridge(
  session: BridgeSession,
  host: string,
  options: ResolveOptions,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const channel: Channel = {
      onFrame: (opcode, payload) => {
        if (opcode === Opcode.RESOLVED) {
          const { addresses } = parseResolved(payload);
          session.forget(id);
          resolve(addresses);
        } else if (opcode === Opcode.CLOSE) {
          const reason = parseClose(payload);
          session.forget(id);
          reject(reason ? socketErrorOf(reason) : new SocketError('closed', 'the helper gave up'));
        } else {
          throw new BridgeProtocolError('unknown-opcode', `Opcode ${opcode} for a name`);
        }
      },
      onGone: (code, message) => reject(socketErrorOfGone(code, message)),
    };
    const id = session.register(channel);
    const { family, isAnnounce } = options;
    session.write(Opcode.RESOLVE, id, encodeMessage({ host, family, isAnnounce }));
  });
}
