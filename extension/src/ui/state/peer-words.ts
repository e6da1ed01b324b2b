import { language, t } from '../../i18n/t.js';
import type { PeerSnapshot } from '../../rpc/types.js';
import { joinList } from './format.js';

const SOURCES: Record<PeerSnapshot['sources'][number], string> = {
  manual: t('sourceManual'),
  magnet: t('sourceMagnet'),
  tracker: t('sourceTracker'),
  lsd: t('sourceLsd'),
  dht: t('sourceDht'),
  pex: t('sourcePex'),
  incoming: t('sourceIncoming'),
  resume: t('sourceResume'),
};

/** How a peer was found, the best source first: `Tracker, DHT`. */
export function describeSources({ sources, isIncoming }: PeerSnapshot): string {
  const words = new Set(sources.map((source) => SOURCES[source]));
  if (isIncoming) words.add(SOURCES.incoming);
  const text = joinList([...words]);
  return text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
}

/** What goes on between a peer and us, in both directions; empty when nothing does. */
export function describeExchange(peer: PeerSnapshot): string {
  const words: string[] = [];
  if (peer.isSnubbed) words.push(t('exchangeStalled'));
  else if (peer.amInterested) words.push(t(peer.peerChoking ? 'exchangeMakesUsWait' : 'exchangeSends'));
  if (peer.peerInterested) words.push(t(peer.amChoking ? 'exchangeWaits' : 'exchangeGets'));
  return joinList(words);
}
