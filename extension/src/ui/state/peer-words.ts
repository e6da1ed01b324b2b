import type { PeerSnapshot } from '../../rpc/types.js';

const SOURCES: Record<PeerSnapshot['sources'][number], string> = {
  manual: 'added by hand',
  magnet: 'link',
  tracker: 'tracker',
  lsd: 'local network',
  dht: 'DHT',
  pex: 'peer exchange',
  incoming: 'dialled us',
  resume: 'known from before',
};

/** How a peer was found, the best source first: `Tracker, DHT`. */
export function describeSources({ sources, isIncoming }: PeerSnapshot): string {
  const words = new Set(sources.map((source) => SOURCES[source]));
  if (isIncoming) words.add(SOURCES.incoming);
  const text = [...words].join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What goes on between a peer and us, in both directions; empty when nothing does. */
export function describeExchange(peer: PeerSnapshot): string {
  const words: string[] = [];
  if (peer.isSnubbed) words.push('stalled');
  else if (peer.amInterested) words.push(peer.peerChoking ? 'makes us wait' : 'sends to us');
  if (peer.peerInterested) words.push(peer.amChoking ? 'waits for us' : 'gets from us');
  return words.join(', ');
}
