import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { blockOf, handshakeOf, WirePeer } from '../simulation/wire-peer.js';

const BLOCK = 16_384;
const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 4 * BLOCK, files: { 'a.bin': 1_000_000 } });
const long = makeTorrent({ name: 'b.bin', seed: 2, pieceLength: BLOCK, files: { 'b.bin': 61 * BLOCK } });
const request = (index: number, block = 0): WireMessage & { type: 'request' } => ({
  type: 'request',
  index,
  begin: block * BLOCK,
  length: BLOCK,
});

/** A seed that sends 100 KB a second, and an unchoked peer that speaks BEP 6 or does not. */
async function setUp(options: { readonly fast?: boolean } = {}) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', { uplinkBytesPerSecond: 100_000 });
  const torrent = await swarm.seedFrom(seed, sample);
  const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
  const peer = await WirePeer.dial(swarm.clock, swarm.network.host('10.6.6.6'), target);
  const { fast = true } = options;
  const reserved = PeerWireProtocol.encodeReserved({ extensionProtocol: false, fast, dht: false });
  peer.sendRaw(PeerWireProtocol.encodeHandshake({ ...handshakeOf(sample, 'peer'), reserved }));
  peer.send({ type: 'interested' });
  await swarm.clock.runUntil(() => peer.got('unchoke').length === 1);
  const choke = () => {
    for (const { connection } of torrent.peers) connection.chokePeer();
    for (const connected of torrent.peers) torrent.content?.uploader.onChoked(connected);
  };
  return { swarm, clock: swarm.clock, torrent, peer, choke, close: () => swarm.close([seed]) };
}

describe('Uploader', () => {
  it('serves requests in order, across reads, byte for byte', async () => {
    const { clock, peer, torrent, close } = await setUp();
    const wanted = [request(3), request(3, 1), request(0, 3), request(7)];
    peer.send(...wanted);
    await clock.advance(2000);
    const got = peer.got('piece').map(({ index, begin, block }) => ({ index, begin, block: block.length }));
    expect(got).toEqual(wanted.map(({ index, begin, length }) => ({ index, begin, block: length })));
    expect(peer.got('piece')[2]?.block).toEqual(blockOf(sample, request(0, 3)));
    expect(torrent.snapshot().uploadedBytes).toBe(4 * BLOCK);
    await close();
  });

  it('answers a cancelled request by REJECT (BEP 6), and does not send it', async () => {
    const { clock, peer, close } = await setUp();
    for (let index = 0; index < 10; index++) peer.send(request(index));
    peer.send({ ...request(9), type: 'cancel' });
    await clock.advance(5000);
    expect(peer.got('reject')).toMatchObject([{ index: 9, begin: 0, length: BLOCK }]);
    expect(peer.got('piece').map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await close();
  });

  it('rejects what waits when it chokes (BEP 6): every request has one answer', async () => {
    const { clock, peer, choke, close } = await setUp();
    for (let index = 0; index < 12; index++) peer.send(request(index));
    await clock.advance(300);
    choke();
    peer.send(request(14));
    await clock.advance(5000);
    const answers = [...peer.got('piece'), ...peer.got('reject')].map(({ index }) => index);
    expect(answers.toSorted((a, b) => a - b)).toEqual([...Array(12).keys(), 14]);
    expect(peer.got('piece').length).toBeLessThan(12);
    await close();
  });

  it('drops silently without BEP 6', async () => {
    const { clock, peer, choke, close } = await setUp({ fast: false });
    for (let index = 0; index < 12; index++) peer.send(request(index));
    await clock.advance(300);
    choke();
    await clock.advance(5000);
    expect(peer.got('reject')).toEqual([]);
    expect(peer.got('piece').length).toBeLessThan(12);
    expect(peer.isClosed).toBe(false);
    await close();
  });

  it('keeps about half a second in the socket, so that a late CANCEL still helps', async () => {
    const { clock, peer, torrent, close } = await setUp();
    for (let index = 0; index < 15; index++) for (let block = 0; block < 4; block++) peer.send(request(index, block));
    let most = 0;
    for (let turn = 0; turn < 50; turn++) {
      await clock.advance(50);
      for (const { connection } of torrent.peers) most = Math.max(most, connection.queuedBytes);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(128 * 1024);
    await close();
  });

  it('lets a newcomer have a few pieces while all slots are taken, each once (BEP 6)', async () => {
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1', { settings: { uploadSlots: 1 } });
    await swarm.seedFrom(seed, long);
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const dial = async (ip: string, name: string) => {
      const peer = await WirePeer.dial(swarm.clock, swarm.network.host(ip), target);
      peer.sendRaw(PeerWireProtocol.encodeHandshake(handshakeOf(long, name)));
      peer.send({ type: 'interested' });
      await swarm.clock.advance(1000);
      return peer;
    };
    const first = await dial('10.6.6.6', 'first');
    expect([first.got('unchoke').length, first.got('allowed-fast').length]).toEqual([1, 0]);
    const second = await dial('10.7.7.7', 'second');
    const granted = second.got('allowed-fast').map(({ index }) => index);
    expect([second.got('unchoke').length, granted.length]).toEqual([0, 10]);
    const others = [...Array(61).keys()].filter((index) => !granted.includes(index));
    const wanted = [...granted, ...granted, ...others].map((index) => ({ ...request(index), length: 4096 }));
    second.send(...wanted.map((one, index) => (index < 10 ? { ...one, length: BLOCK } : one)));
    await swarm.clock.advance(3000);
    expect(second.got('piece').map(({ index }) => index)).toEqual(granted);
    expect(second.got('piece')[0]?.block).toEqual(blockOf(long, request(granted[0] ?? 0)));
    expect(second.got('reject')).toHaveLength(wanted.length - 10);
    await swarm.close([seed]);
  });

  it('goes on with what it can read when something cannot be read', async () => {
    const swarm = new VirtualSwarm(1);
    const album = makeTorrent({ name: 'c', seed: 3, pieceLength: BLOCK, files: { a: 4 * BLOCK, b: 100 * BLOCK } });
    const seed = await swarm.node('10.0.0.1', { uplinkBytesPerSecond: 200_000 });
    await swarm.seedFrom(seed, album);
    const folder = new MemoryPublishedFiles({ detachBuffers: true, clock: swarm.clock });
    const node = await swarm.node('10.0.0.2', { folder });
    const torrent = await swarm.add(node, { metainfo: album.metainfo }, { root: 'folder', start: false });
    torrent.choose({ order: { isSequential: true, firstAndLastFirst: false } });
    torrent.start();
    await swarm.clock.runUntil(() => torrent.details().files[0]?.publishedShare === 1);
    await swarm.clock.runUntil(() => torrent.content?.downloader.pieces.have.get(10) === true);
    await swarm.close([seed]);
    folder.isLost = true;
    const target = { ip: node.ip, port: node.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, swarm.network.host('10.6.6.6'), target);
    const reserved = PeerWireProtocol.encodeReserved({ extensionProtocol: false, fast: true, dht: false });
    peer.sendRaw(PeerWireProtocol.encodeHandshake({ ...handshakeOf(album, 'peer'), reserved }));
    peer.send({ type: 'interested' });
    await swarm.clock.runUntil(() => peer.got('unchoke').length === 1);
    peer.send(request(0), request(1), request(10), request(2));
    await swarm.clock.advance(5000);
    expect(peer.got('reject').map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(peer.got('piece').map(({ index }) => index)).toEqual([10]);
    expect(torrent.state.kind).toBe('downloading');
    await swarm.close([node]);
  });
});
