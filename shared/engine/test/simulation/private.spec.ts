import { describe, expect, it } from 'vitest';
import type { PeerDiscovery, PeerSearching, SoughtTorrent } from '../../src/core/peer-discovery.js';
import type { HttpRequest } from '../../src/interfaces/http.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { EXTENDED_HANDSHAKE_ID, parseExtendedHandshake } from '../../src/protocol/extension-protocol.js';
import { encodeLocalAnnounce, LSD_GROUP_IPV4, LSD_PORT } from '../../src/protocol/lsd.js';
import { encodePexMessage } from '../../src/protocol/pex.js';
import { percentEncode } from '../../src/tracker/announce-url.js';
import { fromHex } from '../../src/utils/bytes.js';
import { RecordingSockets } from './recording-sockets.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';
import { seedScript, WirePeer } from './wire-peer.js';

const PORT = 6881;
const MINUTE = 60_000;
const sample = makeTorrent({
  name: 'secret.bin',
  seed: 5,
  pieceLength: 16 * 1024,
  files: { 'secret.bin': 100_000 },
  isPrivate: true,
});
const OUR_PEX_ID = 2;

/** A DHT that knows one peer of everything. */
class OneAnswerDiscovery implements PeerDiscovery {
  readonly source = 'dht';
  readonly sought = new Set<SoughtTorrent>();
  everSought = 0;

  constructor(readonly peer: { readonly host: string; readonly port: number }) {}

  seek(torrent: SoughtTorrent): PeerSearching {
    this.everSought++;
    this.sought.add(torrent);
    torrent.onPeer(this.peer);
    return { lookNow: () => undefined, end: () => void this.sought.delete(torrent) };
  }

  close(): void {
    this.sought.clear();
  }
}

/** A client whose every socket is recorded, among peers that the DHT, LSD and PEX would lead it to. */
async function setUp() {
  const swarm = new VirtualSwarm(3);
  const { clock, network } = swarm;
  const strangers: WirePeer[] = [];
  const listen = async (ip: string, name: string, onReady?: (peer: WirePeer) => void) => {
    const host = network.host(ip);
    const script = seedScript(sample, name, () => undefined);
    await WirePeer.listen(clock, host, PORT, {
      ...script,
      onHandshake: (peer) => {
        strangers.push(peer);
        script.onHandshake?.(peer);
        onReady?.(peer);
      },
    });
    return host;
  };
  const tellOfPexPeer = (peer: WirePeer) => {
    const added = [{ endpoint: { host: '10.0.0.13', port: PORT }, flags: 0 }];
    const handshake = encode({ m: { ut_pex: 5 }, p: PORT });
    peer.send(
      { type: 'extended', extendedId: EXTENDED_HANDSHAKE_ID, payload: handshake },
      { type: 'extended', extendedId: OUR_PEX_ID, payload: encodePexMessage({ added, dropped: [] }) },
    );
  };
  await listen('10.0.0.11', 'by dht', tellOfPexPeer);
  const neighbour = await listen('10.0.0.12', 'by lsd');
  await listen('10.0.0.13', 'by pex');
  const lsdSocket = await clock.settle(neighbour.bindUdp({ port: LSD_PORT, multicastGroup: LSD_GROUP_IPV4 }));
  const announceLocally = () => {
    const announce = { port: PORT, infoHashes: [fromHex(sample.id) as Uint8Array], cookie: undefined };
    lsdSocket.send(encodeLocalAnnounce(announce, LSD_GROUP_IPV4), { host: LSD_GROUP_IPV4, port: LSD_PORT });
  };
  const sockets = new RecordingSockets(network.host('10.0.0.2'));
  const discovery = new OneAnswerDiscovery({ host: '10.0.0.11', port: PORT });
  const leech = await swarm.node('10.0.0.2', { sockets, discovery, usesLsd: true, settings: { listenPort: PORT } });
  const seed = await swarm.node('10.0.0.3', { settings: { listenPort: PORT } });
  return { swarm, clock, strangers, announceLocally, sockets, discovery, leech, seed, tellOfPexPeer };
}

const [AT_FIRST, AT_SECOND] = ['http://first.test/announce', 'http://second.test/announce'];

/** A client between two trackers that each name one peer, 10.0.0.11 and 10.0.0.12; nobody names the third, 10.0.0.13. */
async function betweenTrackers() {
  const swarm = new VirtualSwarm(4);
  const { clock, network, tracker } = swarm;
  const met = new Map<string, WirePeer>();
  for (const [ip, url] of [
    ['10.0.0.11', AT_FIRST],
    ['10.0.0.12', AT_SECOND],
    ['10.0.0.13', undefined],
  ] as const) {
    const script = seedScript(sample, ip, () => undefined);
    const onHandshake = (peer: WirePeer) => {
      met.set(ip, peer);
      script.onHandshake?.(peer);
    };
    await WirePeer.listen(clock, network.host(ip), PORT, { ...script, onHandshake });
    const infoHash = percentEncode(fromHex(sample.id) as Uint8Array);
    if (url) void tracker.handlerFor(ip)({ url: `${url}?info_hash=${infoHash}&port=${PORT}` } as HttpRequest);
  }
  const sockets = new RecordingSockets(network.host('10.0.0.2'));
  const leech = await swarm.node('10.0.0.2', { sockets });
  /** The client is gone, and another one goes on with its session. */
  const restart = async () => {
    const sockets = new RecordingSockets(network.host('10.0.0.5'));
    return { sockets, later: await swarm.node('10.0.0.5', { sockets, earlier: leech }) };
  };
  return { swarm, clock, tracker, met, sockets, leech, restart };
}

describe('a private torrent (BEP 27)', () => {
  it('whose .torrent says so talks to its tracker and the peers from there, and to nobody else', async () => {
    const { swarm, clock, strangers, announceLocally, sockets, discovery, leech, seed, tellOfPexPeer } = await setUp();
    await swarm.seedFrom(seed, sample);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    const guest = await WirePeer.dial(clock, swarm.network.host('10.0.0.4'), { ip: '10.0.0.2', port: PORT });
    guest.shake(sample, 'guest');
    await clock.advance(1000);
    tellOfPexPeer(guest);
    announceLocally();
    await swarm.complete([torrent]);
    await clock.advance(1000);
    // It said where it listens, but no tracker named it.
    guest.socket.close();
    await clock.advance(10 * MINUTE);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect(new Set(sockets.log)).toEqual(new Set([`tcp 10.0.0.3:${PORT}`]));
    expect(discovery.everSought).toBe(0);
    expect(strangers).toEqual([]);
    const [greeting] = guest.got('extended').map(({ payload }) => parseExtendedHandshake(payload));
    expect([...(greeting?.extensions.keys() ?? [])]).toEqual(['lt_donthave', 'ut_metadata']);
    await clock.settle(torrent.stop());
    expect(torrent.record.peers.map(({ host }) => host)).toEqual(['10.0.0.3']);
    await swarm.close([leech, seed]);
  });

  it('whose magnet did not say so stops at once and parts with whom no tracker named, before the first REQUEST', async () => {
    const { swarm, clock, strangers, announceLocally, sockets, discovery, leech, seed } = await setUp();
    const torrent = await swarm.add(leech, { magnet: sample.magnet });
    // Nobody knows where those who dial us have found us: it may have been in the DHT, where we should not have been.
    const host = swarm.network.host('10.0.0.4');
    const dial = async () => {
      const guest = await WirePeer.dial(clock, host, { ip: '10.0.0.2', port: PORT });
      guest.shake(sample, 'guest');
      return guest;
    };
    const guest = await dial();
    guest.send({ type: 'have-all' }, { type: 'unchoke' });
    await clock.advance(1000);
    announceLocally();
    await clock.advance(5000);
    expect(guest.isClosed).toBe(false);
    expect(torrent.state.kind).toBe('metadata');
    const sources = torrent.details().peers.flatMap((peer) => peer.sources);
    expect(new Set(sources)).toEqual(new Set(['dht', 'lsd', 'pex', 'incoming']));
    expect(sockets.log).toContain(`udp ${LSD_GROUP_IPV4}:${LSD_PORT}`);
    await swarm.seedFrom(seed, sample);
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    const reached = sockets.log.length;
    // The seed, which the tracker has told of us, is not known from there yet.
    expect(torrent.snapshot()).toMatchObject({ isPrivate: true, connectedPeers: 0, knownPeers: 0 });
    expect(discovery.sought.size).toBe(0);
    await swarm.complete([torrent]);
    announceLocally();
    await clock.advance(10 * MINUTE);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect(strangers).toHaveLength(3);
    for (const stranger of [guest, ...strangers]) {
      expect(stranger.isClosed).toBe(true);
      expect(stranger.got('request')).toEqual([]);
    }
    expect(new Set(sockets.log.slice(reached))).toEqual(new Set([`tcp 10.0.0.3:${PORT}`]));
    // As with any private torrent: BEP 27 says whom we may dial, not who may dial us.
    const later = await dial();
    await clock.advance(1000);
    expect([later.isClosed, later.got('have-all').length]).toEqual([false, 1]);
    await swarm.close([leech, seed]);
  });

  it.each(['is stopped and started while its metadata is stored', 'cannot store its metadata at first'])(
    'whose magnet did not say so parts with them also when it %s',
    async (how) => {
      const { swarm, clock, sockets, discovery, leech, seed } = await setUp();
      const torrent = await swarm.add(leech, { magnet: sample.magnet });
      let told = 0;
      torrent.on('metadata', () => told++);
      await clock.advance(5000);
      expect(torrent.snapshot().knownPeers).toBeGreaterThan(1);
      const { store } = leech;
      const put = store.put.bind(store);
      let isTurned = false;
      store.put = async (key, value) => {
        if (key.startsWith('metadata/') && !isTurned) {
          isTurned = true;
          if (how.startsWith('cannot')) throw new Error('quota');
          void torrent.stop();
          torrent.start();
        }
        await put(key, value);
      };
      await swarm.seedFrom(seed, sample);
      await clock.runUntil(() => isTurned);
      if (how.startsWith('cannot')) {
        await clock.advance(100);
        expect([torrent.state.kind, torrent.metadata]).toEqual(['failed', undefined]);
        torrent.start();
      }
      await clock.runUntil(() => torrent.state.kind === 'downloading');
      const reached = sockets.log.length;
      expect(torrent.snapshot()).toMatchObject({ isPrivate: true, name: 'secret.bin' });
      expect(torrent.details().peers.flatMap(({ sources }) => sources)).not.toContain('dht');
      expect([told, discovery.sought.size]).toEqual([1, 0]);
      await swarm.complete([torrent]);
      await clock.advance(10 * MINUTE);
      expect(new Set(sockets.log.slice(reached))).not.toContain(`tcp 10.0.0.11:${PORT}`);
      expect(torrent.knownPeers).toBe(1);
      expect(leech.records.has(`metadata/${sample.id}`)).toBe(true);
      await swarm.close([leech, seed]);
    },
  );

  it('parts with everybody when its tracker fails and another one takes over, but not with whom the user named', async () => {
    const { swarm, clock, tracker, met, sockets, leech } = await betweenTrackers();
    const torrent = await swarm.add(
      leech,
      { metainfo: sample.metainfo },
      { peers: [{ host: '10.0.0.13', port: PORT }], start: false },
    );
    torrent.setTrackers([[AT_FIRST], [AT_SECOND]]);
    torrent.start();
    const connected = () => Array.from(torrent.peers, ({ endpoint }) => endpoint.host).toSorted();
    await clock.runUntil(() => torrent.peers.size === 2);
    expect(connected()).toEqual(['10.0.0.11', '10.0.0.13']);
    tracker.down.add('first.test');
    await clock.runUntil(() => met.has('10.0.0.12'), { maxMs: 60 * MINUTE });
    expect(met.get('10.0.0.11')?.isClosed).toBe(true);
    expect(met.get('10.0.0.13')?.isClosed).toBe(false);
    // The first one is back, but the second does not fail.
    tracker.down.clear();
    const reached = sockets.log.length;
    await clock.advance(90 * MINUTE);
    expect(new Set(sockets.log.slice(reached))).toEqual(new Set([`tcp 10.0.0.12:${PORT}`, `tcp 10.0.0.13:${PORT}`]));
    expect(torrent.knownPeers).toBe(2);
    await swarm.close([leech]);
  });

  it('does not mix the peers of another tracker with those of the one before over a restart, nor forgets whom the user named', async () => {
    const world = await betweenTrackers();
    const { swarm, clock, tracker, met, leech } = world;
    const torrent = await swarm.add(
      leech,
      { metainfo: sample.metainfo },
      { peers: [{ host: '10.0.0.13', port: PORT }], start: false },
    );
    torrent.setTrackers([[AT_FIRST], [AT_SECOND]]);
    torrent.start();
    await clock.runUntil(() => torrent.peers.size === 2);
    expect([...met.keys()].toSorted()).toEqual(['10.0.0.11', '10.0.0.13']);
    await swarm.close([leech]);
    tracker.down.add('first.test');
    const { sockets, later } = await world.restart();
    await clock.advance(10 * MINUTE);
    expect(new Set(sockets.log)).toEqual(new Set([`tcp 10.0.0.12:${PORT}`, `tcp 10.0.0.13:${PORT}`]));
    await swarm.close([later]);
  });

  it('that turns out so after a restart parts with the peers of all its trackers of before', async () => {
    const world = await betweenTrackers();
    const { swarm, clock, tracker, met, leech } = world;
    const magnet = await swarm.add(leech, { magnet: sample.magnet }, { start: false });
    magnet.setTrackers([[AT_FIRST], [AT_SECOND]]);
    magnet.start();
    await clock.runUntil(() => magnet.peers.size === 2);
    await swarm.close([leech]);
    met.clear();
    for (const name of ['first.test', 'second.test']) tracker.down.add(name);
    const { sockets, later } = await world.restart();
    await clock.runUntil(() => met.size === 2);
    const seed = await swarm.node('10.0.0.3', { settings: { listenPort: PORT } });
    await swarm.seedFrom(seed, sample);
    const [torrent] = later.client.torrents;
    torrent?.addPeer({ host: '10.0.0.3', port: PORT }, 'manual');
    await clock.runUntil(() => torrent?.isPrivate === true);
    expect(Array.from(torrent?.peers ?? [], ({ endpoint }) => endpoint.host)).toEqual(['10.0.0.3']);
    const reached = sockets.log.length;
    await clock.advance(10 * MINUTE);
    expect(sockets.log.slice(reached)).toEqual([]);
    await swarm.close([later, seed]);
  });

  it('is not led astray after a restart by addresses that the DHT gave before anybody knew', async () => {
    const { swarm, clock, leech, seed } = await setUp();
    await swarm.add(leech, { magnet: sample.magnet });
    await clock.advance(5000);
    await swarm.close([leech]);
    const sockets = new RecordingSockets(swarm.network.host('10.0.0.5'));
    const later = await swarm.node('10.0.0.5', { sockets, earlier: leech, settings: { enableDht: false } });
    await clock.advance(1000);
    expect(sockets.log).toEqual([]);
    await swarm.close([later, seed]);
  });
});
