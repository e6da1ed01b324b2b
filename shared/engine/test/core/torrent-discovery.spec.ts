import { describe, expect, it } from 'vitest';
import type { PeerDiscovery, PeerSearching, SoughtTorrent } from '../../src/core/peer-discovery.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { isSourceOpen, TorrentDiscovery } from '../../src/core/torrent-discovery.js';

/** Notes who is sought. */
class QuietDiscovery implements PeerDiscovery {
  readonly sought = new Set<SoughtTorrent>();
  looks = 0;

  constructor(readonly source: PeerDiscovery['source']) {}

  seek(torrent: SoughtTorrent): PeerSearching {
    this.sought.add(torrent);
    return { lookNow: () => (this.looks += 1), end: () => this.sought.delete(torrent) };
  }

  close(): void {
    this.sought.clear();
  }
}

function setUp() {
  const [dht, lsd] = [new QuietDiscovery('dht'), new QuietDiscovery('lsd')];
  const torrent = { infoHash: new Uint8Array(20), isComplete: false, content: { missingBytes: 100 }, isPrivate: false };
  const rules = { settings: DEFAULT_SETTINGS };
  const found: string[] = [];
  const discovery = new TorrentDiscovery({
    torrent,
    discoveries: [dht, lsd],
    isOpen: (source) => isSourceOpen(source, torrent, rules.settings),
    onPeer: ({ host }, source) => found.push(`${host} by ${source}`),
  });
  const atWork = () => [dht.sought.size, lsd.sought.size];
  return { dht, lsd, torrent, rules, found, discovery, atWork };
}

describe('looking for peers of one torrent', () => {
  it('goes on exactly while the torrent runs', () => {
    const { discovery, atWork, dht, found } = setUp();
    discovery.follow();
    expect(atWork()).toEqual([0, 0]);
    discovery.start();
    discovery.start();
    expect(atWork()).toEqual([1, 1]);
    for (const sought of dht.sought) sought.onPeer({ host: '192.0.2.1', port: 1 });
    expect(found).toEqual(['192.0.2.1 by dht']);
    discovery.stop();
    expect(atWork()).toEqual([0, 0]);
  });

  it('has every discovery that may be used look at once, for who asks', () => {
    const { discovery, rules, dht, lsd } = setUp();
    discovery.lookNow();
    discovery.start();
    discovery.lookNow();
    rules.settings = { ...DEFAULT_SETTINGS, enableLsd: false };
    discovery.follow();
    discovery.lookNow();
    expect([dht.looks, lsd.looks]).toEqual([2, 1]);
  });

  it('knows at any time whether the torrent is complete, and whether it is so as a seed', () => {
    const { discovery, torrent, dht } = setUp();
    discovery.start();
    const [sought] = dht.sought;
    expect(sought?.isComplete()).toBe(false);
    torrent.isComplete = true;
    expect([sought?.isComplete(), sought?.isSeed()]).toEqual([true, false]);
    torrent.content.missingBytes = 0;
    expect(sought?.isSeed()).toBe(true);
  });

  it('heeds each setting at once', () => {
    const { discovery, atWork, rules } = setUp();
    discovery.start();
    rules.settings = { ...DEFAULT_SETTINGS, enableDht: false };
    discovery.follow();
    expect(atWork()).toEqual([0, 1]);
    rules.settings = { ...DEFAULT_SETTINGS, enableLsd: false };
    discovery.follow();
    expect(atWork()).toEqual([1, 0]);
  });

  it('ends when the torrent turns out to be private (BEP 27), whose peers come from trackers, the user and by themselves', () => {
    const { discovery, atWork, torrent } = setUp();
    discovery.start();
    torrent.isPrivate = true;
    discovery.follow();
    expect(atWork()).toEqual([0, 0]);
    const isOpen = (source: Parameters<typeof isSourceOpen>[0]) => isSourceOpen(source, torrent, DEFAULT_SETTINGS);
    expect((['dht', 'pex', 'lsd'] as const).map(isOpen)).toEqual([false, false, false]);
    expect((['tracker', 'manual', 'incoming', 'resume'] as const).map(isOpen)).toEqual([true, true, true, true]);
  });
});
