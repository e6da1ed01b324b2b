import { describe, expect, it } from 'vitest';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { handshakeOf, seedScript, WirePeer } from '../simulation/wire-peer.js';

const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 16_384, files: { 'a.bin': 300_000 } });
const other = makeTorrent({ name: 'b.bin', seed: 2, pieceLength: 16_384, files: { 'b.bin': 300_000 } });
const line = { latencyMs: 20, uplinkBytesPerSecond: 200_000 };
const portOf = (node: SwarmNode) => node.client.snapshot().listenPort ?? 0;

/** A seeding client, and a way to dial it from elsewhere. */
async function setUp(settings = {}) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', { ...line, settings });
  const torrent = await swarm.seedFrom(seed, sample);
  let hosts = 0;
  const dial = () => {
    const host = swarm.network.host(`10.6.6.${++hosts}`, { latencyMs: 5 });
    return WirePeer.dial(swarm.clock, host, { ip: seed.ip, port: portOf(seed) });
  };
  return { swarm, clock: swarm.clock, seed, torrent, dial, close: () => swarm.close([seed]) };
}

describe('who may come in', () => {
  it('a peer of this torrent, with its handshake answered', async () => {
    const { clock, torrent, dial, close } = await setUp();
    const peer = await dial();
    peer.shake(sample, 'peer');
    await clock.advance(100);
    expect(peer.handshake?.infoHash).toEqual(torrent.infoHash);
    expect(peer.got('extended')).toHaveLength(1);
    expect(peer.got('have-all')).toHaveLength(1);
    expect(torrent.peers.size).toBe(1);
    await close();
  });

  it('hostile 23: another torrent, our own peer id, another protocol: dropped at once, unanswered', async () => {
    const { clock, torrent, dial, close } = await setUp();
    const [unknown, self, web] = [await dial(), await dial(), await dial()];
    unknown.shake(other, 'peer');
    self.sendRaw(PeerWireProtocol.encodeHandshake({ ...handshakeOf(sample, ''), peerId: torrent.peerId }));
    web.sendRaw(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    await clock.advance(100);
    for (const peer of [unknown, self, web]) {
      expect(peer.isClosed).toBe(true);
      expect(peer.handshake).toBeUndefined();
    }
    expect(torrent.peers.size).toBe(0);
    await close();
  });

  it('hostile 23: half a handshake is waited for 10 s, and of such peers 64 at most are kept', async () => {
    const { clock, dial, close } = await setUp();
    const peers: WirePeer[] = [];
    for (let count = 0; count < 70; count++) {
      peers.push(await dial());
      peers.at(-1)?.sendRaw(PeerWireProtocol.encodeHandshake(handshakeOf(sample, 'x')).subarray(0, 47));
    }
    await clock.advance(1000);
    expect(peers.filter((peer) => !peer.isClosed)).toHaveLength(64);
    await clock.advance(9_500);
    expect(peers.filter((peer) => !peer.isClosed)).toHaveLength(0);
    await close();
  });

  it('nobody while the torrent is stopped, and no more than its places', async () => {
    const { clock, swarm, torrent, dial, close } = await setUp({ maxConnectionsPerTorrent: 2 });
    const peers = [await dial(), await dial(), await dial()];
    for (const [index, peer] of peers.entries()) {
      peer.shake(sample, `peer ${index}`);
      await clock.advance(100);
    }
    expect(peers.map((peer) => peer.isClosed)).toEqual([false, false, true]);
    await swarm.clock.settle(torrent.stop());
    await clock.advance(100);
    expect(peers.every((peer) => peer.isClosed)).toBe(true);
    const late = await dial();
    late.shake(sample, 'late');
    await clock.advance(100);
    expect(late.isClosed).toBe(true);
    await close();
  });

  it('one connection for a peer id', async () => {
    const { clock, torrent, dial, close } = await setUp();
    const [first, second] = [await dial(), await dial()];
    first.shake(sample, 'same');
    await clock.advance(100);
    second.shake(sample, 'same');
    await clock.advance(100);
    expect([first.isClosed, second.isClosed]).toEqual([false, true]);
    expect(torrent.peers.size).toBe(1);
    await close();
  });
});

describe('dialling', () => {
  it('two clients that dial each other at once keep one connection, the same one', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const swarm = new VirtualSwarm(seed);
      const nodes = [await swarm.node('10.0.0.1', line), await swarm.node('10.0.0.2', line)] as const;
      const torrents = [];
      await swarm.seedFrom(nodes[0], sample);
      for (const node of nodes) torrents.push(await swarm.add(node, { metainfo: sample.metainfo }));
      await swarm.clock.settle(Promise.all(torrents.map((torrent) => torrent.stop())));
      await swarm.clock.advance(1000);
      for (const [index, torrent] of torrents.entries()) {
        const { ip, client } = nodes[1 - index] as SwarmNode;
        torrent.addPeer({ host: ip, port: client.snapshot().listenPort ?? 0 }, 'manual');
        torrent.start();
      }
      await swarm.clock.advance(400);
      expect(torrents.map((torrent) => torrent.peers.size)).toEqual([1, 1]);
      const ways = torrents.map((torrent) => [...torrent.peers][0]?.isIncoming);
      expect(ways.toSorted()).toEqual([false, true]);
      await swarm.complete(torrents, { maxMs: 10_000 });
      await swarm.close(nodes);
    }
  });

  it('the place of the connection that ends goes to the one that stays, not to another candidate', async () => {
    const { clock, swarm, seed, torrent, close } = await setUp({ maxConnectionsPerTorrent: 1 });
    const host = swarm.network.host('10.7.7.7', { latencyMs: 5 });
    // Greater than our peer id: what it dials stays.
    const name = 'zz twin';
    await WirePeer.listen(clock, host, 6881, {
      onHandshake: (peer) => {
        peer.shake(sample, name);
      },
    });
    torrent.addPeer({ host: '10.7.7.7', port: 6881 }, 'manual');
    await clock.advance(200);
    expect([...torrent.peers].map(({ isIncoming }) => isIncoming)).toEqual([false]);
    torrent.addPeer({ host: '10.8.8.8', port: 6881 }, 'manual');
    const twin = await WirePeer.dial(clock, host, { ip: seed.ip, port: portOf(seed) });
    twin.shake(sample, name);
    await clock.advance(200);
    expect([...torrent.peers].map(({ isIncoming }) => isIncoming)).toEqual([true]);
    expect(twin.isClosed).toBe(false);
    await close();
  });

  it('its own address is dialled once and then known', async () => {
    const { clock, seed, torrent, close } = await setUp();
    const own = { host: seed.ip, port: portOf(seed) };
    torrent.addPeer(own, 'manual');
    expect(torrent.knownPeers).toBe(1);
    await clock.advance(1000);
    expect(torrent.peers.size).toBe(0);
    torrent.addPeer(own, 'tracker');
    expect(torrent.knownPeers).toBe(0);
    await close();
  });

  it('a peer that answers with another torrent is not dialled again', async () => {
    const { clock, swarm, torrent, close } = await setUp();
    let connections = 0;
    const script = seedScript(other, 'other', () => undefined);
    await WirePeer.listen(clock, swarm.network.host('10.7.7.7'), 6881, {
      ...script,
      onHandshake: (peer) => {
        connections++;
        script.onHandshake?.(peer);
      },
    });
    torrent.addPeer({ host: '10.7.7.7', port: 6881 }, 'manual');
    await clock.advance(300_000);
    expect(connections).toBe(1);
    expect(torrent.knownPeers).toBe(0);
    await close();
  });

  it('a peer that says nothing is given up after 10 s, tried again, and after three times forgotten', async () => {
    const { clock, swarm, torrent, close } = await setUp();
    const dials: number[] = [];
    const server = await swarm.network.host('10.7.7.7').listenTcp({ port: 6881 });
    server.setHandlers({
      onConnection: (socket) => {
        dials.push(clock.now());
        socket.setHandlers({ onData: () => undefined, onClose: () => undefined });
      },
      onClose: () => undefined,
    });
    const start = clock.now();
    torrent.addPeer({ host: '10.7.7.7', port: 6881 }, 'tracker');
    await clock.advance(600_000);
    const waits = dials.map((at) => Math.round((at - start) / 1000));
    expect(waits).toEqual([0, expect.closeTo(130, -1), expect.closeTo(320, -1)]);
    expect(torrent.knownPeers).toBe(0);
    await close();
  });

  it('goes back to a peer that was lost', async () => {
    const { clock, swarm, close, seed } = await setUp();
    const leech = await swarm.node('10.0.0.2', line);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    torrent.addPeer({ host: seed.ip, port: portOf(seed) }, 'manual');
    await clock.runUntil(() => torrent.peers.size === 1);
    for (const peer of torrent.peers) peer.connection.close();
    expect(torrent.peers.size).toBe(0);
    await clock.runUntil(() => torrent.peers.size === 1, { maxMs: 70_000 });
    await close();
    await swarm.close([leech]);
  });
});
