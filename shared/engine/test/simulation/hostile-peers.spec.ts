import { describe, expect, it } from 'vitest';
import type { UploadRequest } from '../../src/core/upload-queue.js';
import type { Torrent } from '../../src/core/torrent.js';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';
import { blockOf, seedScript, WirePeer, type WireScript } from './wire-peer.js';

const BLOCK = 16_384;
const PORT = 6881;
const sample = makeTorrent({
  name: 'film.bin',
  seed: 4,
  pieceLength: 4 * BLOCK,
  files: { 'film.bin': 40 * 4 * BLOCK - 100 },
});
const line = { uplinkBytesPerSecond: 1_000_000, downlinkBytesPerSecond: 4_000_000, latencyMs: 10 };

/** A leech that knows an evil peer at 10.6.6.6. */
async function setUp(script: WireScript, options: { readonly honestSeeds: number; readonly seed?: number }) {
  const swarm = new VirtualSwarm(options.seed ?? 1);
  const evilHost = swarm.network.host('10.6.6.6', line);
  await WirePeer.listen(swarm.clock, evilHost, PORT, script);
  const seeds: SwarmNode[] = [];
  for (let index = 0; index < options.honestSeeds; index++) {
    const seed = await swarm.node(`10.0.0.${index + 1}`, line);
    await swarm.seedFrom(seed, sample);
    seeds.push(seed);
  }
  const leech = await swarm.node('10.0.1.1', line);
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { peers: [{ host: '10.6.6.6', port: PORT }] });
  return { swarm, evilHost, seeds, leech, torrent, close: () => swarm.close([...seeds, leech]) };
}

const isConnectedTo = (torrent: Torrent, host: string) =>
  [...torrent.peers].some(({ endpoint }) => endpoint.host === host);

/** A seeding client, and a scripted peer that has just dialled it and shaken hands. */
async function setUpSeed() {
  const swarm = new VirtualSwarm(2);
  const seed = await swarm.node('10.0.0.1', line);
  const torrent = await swarm.seedFrom(seed, sample);
  const host = swarm.network.host('10.6.6.6', line);
  const dial = async (name = 'evil') => {
    const peer = await WirePeer.dial(swarm.clock, host, { ip: seed.ip, port: seed.client.snapshot().listenPort });
    peer.shake(sample, name);
    await swarm.clock.advance(100);
    return peer;
  };
  return { swarm, seed, torrent, dial, close: () => swarm.close([seed]) };
}

describe('peers that send what nobody wants', () => {
  const send = (peer: WirePeer, index: number, begin: number, block: Uint8Array) => {
    peer.send({ type: 'piece', index, begin, block });
  };

  it.each<[string, (peer: WirePeer, request: UploadRequest) => void]>([
    ['unrequested blocks', (peer, { index, begin }) => send(peer, (index + 7) % 40, begin, new Uint8Array(BLOCK))],
    ['blocks past the end of their piece', (peer, { index }) => send(peer, index, 4 * BLOCK, new Uint8Array(BLOCK))],
    ['blocks at odd places', (peer, { index }) => send(peer, index, 5, new Uint8Array(BLOCK))],
    ['pieces that do not exist', (peer) => send(peer, 0xffff_ffff, 0xffff_fff0, new Uint8Array(BLOCK))],
    ['blocks shorter than asked', (peer, { index, begin }) => send(peer, index, begin, new Uint8Array(9))],
  ])('hostile 20: %s are never written, are counted as waste, and end the connection', async (_, answer) => {
    const script = seedScript(sample, 'evil', (peer, request) => {
      for (let count = 0; count < 5; count++) answer(peer, request);
    });
    const { swarm, torrent, leech, close } = await setUp(script, { honestSeeds: 0 });
    await swarm.clock.runUntil(() => torrent.peers.size === 1);
    await swarm.clock.runUntil(() => torrent.peers.size === 0, { maxMs: 30_000 });
    const { wastedBytes, downloadedBytes, wantedDoneBytes } = torrent.snapshot();
    expect(wastedBytes).toBeGreaterThan(0);
    expect(wastedBytes).toBeLessThanOrEqual(downloadedBytes);
    expect(wantedDoneBytes).toBe(0);
    expect(await leech.fileSystem.stat('film.bin')).toBeUndefined();
    await close();
  });

  it('hostile 20: a block over 16 KiB ends the connection at its header', async () => {
    const script = seedScript(sample, 'evil', (peer, { index, begin }) => {
      peer.sendRaw(PeerWireProtocol.encodePieceHeader(index, begin, BLOCK + 1));
    });
    const { swarm, torrent, close } = await setUp(script, { honestSeeds: 0 });
    await swarm.clock.runUntil(() => torrent.peers.size === 1);
    await swarm.clock.runUntil(() => torrent.peers.size === 0, { maxMs: 5_000 });
    expect(torrent.snapshot().downloadedBytes).toBe(0);
    await close();
  });

  it('hostile 20: blocks of pieces that are here are waste too', async () => {
    const { swarm, torrent, dial, close } = await setUpSeed();
    const peer = await dial();
    for (let count = 0; count < 100; count++) send(peer, count % 40, 0, new Uint8Array(BLOCK));
    await swarm.clock.advance(20_000);
    expect(peer.isClosed).toBe(true);
    expect(torrent.snapshot().wastedBytes).toBeGreaterThanOrEqual(64 * BLOCK);
    await close();
  });
});

describe('peers that lie about what they have', () => {
  const lies: [string, WireMessage[]][] = [
    ['HAVE of piece n', [{ type: 'have', index: 40 }]],
    ['HAVE of piece 2^32 - 1', [{ type: 'have', index: 0xffff_ffff }]],
    ['BITFIELD too short', [{ type: 'bitfield', bits: new Uint8Array(4) }]],
    ['BITFIELD too long', [{ type: 'bitfield', bits: new Uint8Array(6) }]],
    ['HAVE-ALL, then HAVE-NONE', [{ type: 'have-all' }, { type: 'have-none' }]],
  ];
  it.each(lies)('hostile 21: %s ends the connection', async (_, messages) => {
    const { swarm, dial, close } = await setUpSeed();
    const peer = await dial();
    expect(peer.isClosed).toBe(false);
    peer.send(...messages);
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(true);
    await close();
  });

  it('hostile 21: what was said before the metadata was known is judged when it is', async () => {
    const swarm = new VirtualSwarm(3);
    const host = swarm.network.host('10.6.6.6', line);
    const leech = await swarm.node('10.0.1.1', line);
    const torrent = await swarm.add(leech, { magnet: sample.magnet });
    const target = { ip: leech.ip, port: leech.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, host, target);
    peer.shake(sample, 'evil');
    peer.send({ type: 'bitfield', bits: new Uint8Array(2000) });
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(false);
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    torrent.addPeer({ host: seed.ip, port: seed.client.snapshot().listenPort ?? 0 }, 'manual');
    await swarm.complete([torrent]);
    expect(peer.isClosed).toBe(true);
    await swarm.close([seed, leech]);
  });
});

describe('peers that ask for what cannot be', () => {
  const request = (index: number, begin: number, length: number): WireMessage => ({
    type: 'request',
    index,
    begin,
    length,
  });
  it.each([
    ['length 0', request(0, 0, 0)],
    ['length 2^31', request(0, 0, 2 ** 31)],
    ['128 KiB + 1', request(0, 0, 128 * 1024 + 1)],
    ['offset + length over the piece', request(0, 4 * BLOCK - 1, 2)],
    ['offset + length over 2^32', request(0, 0xffff_ffff, BLOCK)],
    ['a piece that does not exist', request(40, 0, BLOCK)],
  ])('hostile 22: a REQUEST of %s ends the connection', async (_, message) => {
    const { swarm, dial, close } = await setUpSeed();
    const peer = await dial();
    peer.send({ type: 'interested' });
    await swarm.clock.advance(1000);
    expect(peer.got('unchoke')).toHaveLength(1);
    peer.send(message);
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(true);
    expect(peer.got('piece')).toEqual([]);
    await close();
  });

  it('hostile 22: requests while choked are rejected, and nothing is sent', async () => {
    const { swarm, dial, close } = await setUpSeed();
    const peer = await dial();
    peer.send(request(0, 0, BLOCK), request(1, 0, BLOCK));
    await swarm.clock.advance(1000);
    expect(peer.got('reject')).toMatchObject([{ index: 0 }, { index: 1 }]);
    expect(peer.got('piece')).toEqual([]);
    await close();
  });

  it('hostile 22: of 10,000 requests at once 2,000 are queued, the rest rejected', async () => {
    const { swarm, dial, close } = await setUpSeed();
    const peer = await dial();
    peer.send({ type: 'interested' });
    await swarm.clock.advance(1000);
    for (let count = 0; count < 10_000; count++) peer.send(request(count % 39, (count % 4) * BLOCK, BLOCK));
    await swarm.clock.advance(300_000);
    expect(peer.got('piece').length + peer.got('reject').length).toBe(10_000);
    expect(peer.got('piece').length).toBeGreaterThanOrEqual(2000);
    expect(peer.got('reject').length).toBeGreaterThan(5000);
    await close();
  });

  it('hostile 22: a peer that asks and never reads the answers is dropped before they fill the memory', async () => {
    const { swarm, torrent, dial, close } = await setUpSeed();
    const peer = await dial();
    peer.socket.pause();
    let mostQueued = 0;
    for (let round = 0; round < 300 && torrent.peers.size > 0; round++) {
      for (let count = 0; count < 2000; count++) peer.send(request(count % 39, 0, BLOCK));
      await swarm.clock.advance(200);
      for (const { connection } of torrent.peers) mostQueued = Math.max(mostQueued, connection.queuedBytes);
    }
    expect(torrent.peers.size).toBe(0);
    expect(mostQueued).toBeLessThan(5_000_000);
    await close();
  });
});

describe('peers with odd extensions', () => {
  const extended = (payload: Uint8Array, extendedId = 0): WireMessage => ({ type: 'extended', extendedId, payload });

  it('hostile 24: impossible ids, queues and sizes are ignored, and the peer can still download', async () => {
    const { swarm, torrent, dial, close } = await setUpSeed();
    const peer = await dial();
    for (const reqq of [0, -1, 2 ** 31]) {
      for (const metadataSize of [-1, 0, 2 ** 31, 2 ** 50]) {
        peer.send(extended(encode({ m: { ut_metadata: -3, ut_pex: 300, x: 0 }, reqq, metadata_size: metadataSize })));
      }
    }
    peer.send({ type: 'interested' });
    await swarm.clock.advance(1000);
    expect(peer.got('unchoke')).toHaveLength(1);
    const [connected] = torrent.peers;
    expect(connected?.metadataSize).toBeUndefined();
    peer.send({ type: 'request', index: 3, begin: 0, length: BLOCK });
    await swarm.clock.advance(1000);
    expect(peer.got('piece')[0]?.block).toEqual(blockOf(sample, { index: 3, begin: 0, length: BLOCK }));
    await close();
  });

  it('hostile 24: an extended handshake that is no dictionary ends the connection', async () => {
    const { swarm, dial, close } = await setUpSeed();
    const peer = await dial();
    peer.send(extended(encode('no dictionary')));
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(true);
    await close();
  });

  it('hostile 25: liars about the metadata do not keep a magnet from its files', async () => {
    const swarm = new VirtualSwarm(5);
    const size = 20_000;
    const metadata = (fields: { piece: number; total_size: number }, bytes: number) =>
      Uint8Array.of(...encode({ msg_type: 1, ...fields }), ...new Uint8Array(bytes).fill(7));
    const answers: ((piece: number) => Uint8Array)[] = [
      (piece) => metadata({ piece, total_size: size }, piece === 0 ? BLOCK : size - BLOCK),
      (piece) => metadata({ piece, total_size: size + 1 + piece }, piece === 0 ? BLOCK : size + 2 - BLOCK),
      (piece) => metadata({ piece: piece + 100, total_size: 2 ** 25 }, BLOCK),
      () => metadata({ piece: 0, total_size: size }, BLOCK + 1),
      () => encode({ msg_type: 2, piece: 0 }),
      () => Uint8Array.of(0xff),
    ];
    const peers = [];
    for (const [index, answer] of answers.entries()) {
      const host = swarm.network.host(`10.6.6.${index + 1}`, line);
      peers.push({ host: host.ip, port: PORT });
      await WirePeer.listen(swarm.clock, host, PORT, {
        onHandshake: (peer) => {
          peer.shake(sample, `evil ${index}`);
          peer.send(extended(encode({ m: { ut_metadata: 9 }, metadata_size: size })));
        },
        onMessage: (peer, message) => {
          if (message.type !== 'extended' || message.extendedId !== 9) return;
          peer.send(extended(answer(new TextDecoder().decode(message.payload).includes('i1e') ? 1 : 0), 1));
        },
      });
    }
    const leech = await swarm.node('10.0.1.1', line);
    const torrent = await swarm.add(leech, { magnet: sample.magnet }, { peers });
    await swarm.clock.runUntil(() => torrent.peers.size === answers.length);
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    torrent.addPeer({ host: seed.ip, port: seed.client.snapshot().listenPort ?? 0 }, 'manual');
    await swarm.clock.runUntil(() => torrent.content !== undefined, { maxMs: 60_000 });
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([seed, leech]);
  });
});

describe('crowds', () => {
  it('hostile 28: of 50 connections a second from one address 10 are taken', async () => {
    const { swarm, seed, torrent, close } = await setUpSeed();
    const host = swarm.network.host('10.6.6.7', line);
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const peers = await Promise.all(Array.from({ length: 50 }, () => WirePeer.dial(swarm.clock, host, target)));
    peers.forEach((peer, index) => {
      peer.shake(sample, `crowd ${index}`);
    });
    await swarm.clock.advance(500);
    expect(peers.filter((peer) => !peer.isClosed)).toHaveLength(10);
    expect(torrent.peers.size).toBe(10);
    await close();
  });
});

describe('peers that hinder', () => {
  it('hostile 30: a download beside a peer that chokes for ever completes from the others', async () => {
    const script: WireScript = {
      onHandshake: (peer) => {
        peer.shake(sample, 'choker');
        peer.send({ type: 'have-all' });
      },
    };
    const { swarm, torrent, leech, close } = await setUp(script, { honestSeeds: 1 });
    await swarm.complete([torrent], { maxMs: 30_000 });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('hostile 30: a download beside a peer that sends a byte a second completes from the others', async () => {
    const script = seedScript(sample, 'dribbler', (peer, request) => {
      const bytes = PeerWireProtocol.encode({
        type: 'piece',
        index: request.index,
        begin: request.begin,
        block: blockOf(sample, request),
      });
      const drip = (at: number) => {
        if (peer.isClosed || at >= bytes.length) return;
        peer.sendRaw(bytes.slice(at, at + 1));
        swarm.clock.setTimer(1000, () => {
          drip(at + 1);
        });
      };
      drip(0);
    });
    const { swarm, torrent, leech, close } = await setUp(script, { honestSeeds: 1 });
    await swarm.complete([torrent], { maxMs: 30_000 });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it.each([1, 2, 3, 4, 5])(
    'hostile 30: a peer with a corrupt block in every piece is banned, nobody else (seed %i)',
    async (seed) => {
      const lie = seedScript(sample, 'liar', (peer, request) => {
        const block = blockOf(sample, request);
        if (request.begin === BLOCK) block[5] = (block[5] as number) ^ 1;
        peer.send({ type: 'piece', index: request.index, begin: request.begin, block });
      });
      const { swarm, torrent, leech, seeds, close } = await setUp(lie, { honestSeeds: 3, seed });
      await swarm.clock.runUntil(() => torrent.peers.size === 4);
      await swarm.clock.runUntil(() => torrent.peers.size === 3);
      expect(isConnectedTo(torrent, '10.6.6.6')).toBe(false);
      expect(torrent.state.kind).toBe('downloading');
      torrent.addPeer({ host: '10.6.6.6', port: PORT }, 'tracker');
      await swarm.clock.runUntil(() => torrent.state.kind === 'seeding' || isConnectedTo(torrent, '10.6.6.6'));
      expect(torrent.state.kind).toBe('seeding');
      expect(hasAllFiles(leech, sample)).toBe(true);
      expect(torrent.snapshot().knownPeers).toBe(seeds.length);
      await close();
    },
  );

  it('hostile 30: a liar alone does not get a single byte onto the disk', async () => {
    const lie = seedScript(sample, 'liar', (peer, { index, begin, length }) => {
      peer.send({ type: 'piece', index, begin, block: new Uint8Array(length) });
    });
    const { swarm, torrent, leech, close } = await setUp(lie, { honestSeeds: 0 });
    await swarm.clock.runUntil(() => torrent.snapshot().wastedBytes > 0);
    await swarm.clock.advance(1000);
    expect(torrent.peers.size).toBe(0);
    expect(await leech.fileSystem.stat('film.bin')).toBeUndefined();
    await close();
  });
});

describe('slow peers', () => {
  it.each([200_000, 40_000])('at %i bytes a second send nearly nothing in vain', async (uplinkBytesPerSecond) => {
    const swarm = new VirtualSwarm(6);
    const nodes: SwarmNode[] = [];
    for (const number of [1, 2, 3]) {
      const seed = await swarm.node(`10.0.0.${number}`, { ...line, uplinkBytesPerSecond });
      await swarm.seedFrom(seed, sample);
      nodes.push(seed);
    }
    const leech = await swarm.node('10.0.1.1', line);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    expect(torrent.snapshot().wantedBytes / torrent.snapshot().downloadedBytes).toBeGreaterThanOrEqual(0.97);
    await swarm.close([...nodes, leech]);
  });

  it('get all they asked for at once, though it waits in the socket for long', async () => {
    const { swarm, seed, close } = await setUpSeed();
    const host = swarm.network.host('10.6.6.7', { downlinkBytesPerSecond: 50_000 });
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, host, target);
    peer.shake(sample, 'slow reader');
    peer.send({ type: 'interested' });
    await swarm.clock.advance(1000);
    for (let index = 0; index < 10; index++) {
      for (let block = 0; block < 4; block++)
        peer.send({ type: 'request', index, begin: block * BLOCK, length: BLOCK });
    }
    await swarm.clock.runUntil(() => peer.got('piece').length === 40, { maxMs: 15_000 });
    await close();
  });

  it('one very slow peer among fast ones does not hold up the last percent', async () => {
    const timeWith = async (slowPeers: number) => {
      const swarm = new VirtualSwarm(7);
      const nodes: SwarmNode[] = [];
      for (const number of [1, 2]) {
        const seed = await swarm.node(`10.0.0.${number}`, line);
        await swarm.seedFrom(seed, sample);
        nodes.push(seed);
      }
      if (slowPeers > 0) {
        const slow = await swarm.node('10.0.0.9', { ...line, uplinkBytesPerSecond: 2000 });
        await swarm.seedFrom(slow, sample);
        nodes.push(slow);
      }
      const leech = await swarm.node('10.0.1.1', line);
      const startedAt = swarm.clock.now();
      const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
      await swarm.complete([torrent]);
      const duration = swarm.clock.now() - startedAt;
      await swarm.close([...nodes, leech]);
      return duration;
    };
    expect(await timeWith(1)).toBeLessThan((await timeWith(0)) + 3000);
  });
});
