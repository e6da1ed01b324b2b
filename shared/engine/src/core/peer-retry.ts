const RETRY_MS = 60_000;
/** For an address that the user or the link names, doubled with every failure: often the other side is just being started. */
const LASTING_RETRY_MS = 5000;
/** While our own network is down every attempt fails at once: this keeps them from following one another without a pause. */
const NETWORK_RETRY_MS = 5000;
/** For another address of a peer that is connected already. */
const TWIN_RETRY_MS = 10 * 60_000;
/** The longest wait between attempts at an address that is never forgotten. */
const MAX_RETRY_MS = 15 * 60_000;

/**
 * How a connection or an attempt ended: `failed` before the handshakes were through, `ended` after, `useless` when the peer can never
 * be of use (another torrent, a broken client), `self` when we met ourselves, `twin` when the peer is connected under another address,
 * `network-down` when our own side was at fault.
 */
export type DisconnectOutcome = 'failed' | 'ended' | 'useless' | 'self' | 'twin' | 'network-down';

/** How long after a connection or an attempt the next attempt may come. `fails`: in a row; `isLasting`: never forgotten. */
export function retryDelayMs(
  outcome: DisconnectOutcome,
  { fails, isLasting }: { readonly fails: number; readonly isLasting: boolean },
): number {
  if (outcome === 'network-down') return NETWORK_RETRY_MS;
  if (outcome === 'twin') return TWIN_RETRY_MS;
  const delay = isLasting && fails > 0 ? LASTING_RETRY_MS * 2 ** (fails - 1) : (fails + 1) * RETRY_MS;
  return Math.min(delay, MAX_RETRY_MS);
}
