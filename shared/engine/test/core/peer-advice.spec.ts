import { describe, expect, it } from 'vitest';
import { PeerAdvice } from '../../src/core/peer-advice.js';
import type { UploadRequest } from '../../src/core/upload-queue.js';
import { scriptedLeech, serving } from '../simulation/scripted-leech.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { seedScript, WirePeer, type WireScript } from '../simulation/wire-peer.js';

const BLOCK = 16_384;
const PIECES = 60;
const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 2 * BLOCK, files: { 'a.bin': PIECES * 2 * BLOCK } });

const serve = serving(sample);

/** A leech that has dialled scripted peers. */
const setUp = (...scripts: readonly WireScript[]) => scriptedLeech(sample, scripts);

const suggesting = (pieces: readonly number[]): WireScript => ({
  ...seedScript(sample, 'suggests', serve),
  onHandshake: (peer) => {
    peer.shake(sample, 'suggests');
    peer.send({ type: 'have-all' });
    for (const index of pieces) peer.send({ type: 'suggest', index });
    peer.send({ type: 'unchoke' });
  },
});

/** Chokes for ever, and grants pieces; `answer` is what becomes of requests. */
const choking = (pieces: readonly number[], answer: (peer: WirePeer, request: UploadRequest) => void): WireScript => ({
  onHandshake: (peer) => {
    peer.shake(sample, 'chokes');
    peer.send({ type: 'have-all' });
    for (const index of pieces) peer.send({ type: 'allowed-fast', index });
  },
  onMessage: (peer, message) => {
    if (message.type === 'request') answer(peer, message);
  },
});

const piecesAskedOf = (peer: WirePeer | undefined) => [...new Set(peer?.got('request').map(({ index }) => index))];

describe('a suggested piece (BEP 6)', () => {
  it('is asked for before others of the same priority', async () => {
    const suggested = [41, 7, 33, 12, 58];
    const { swarm, leech, torrent, peers, close } = await setUp(suggesting(suggested));
    await swarm.complete([torrent]);
    expect(piecesAskedOf(peers[0]).slice(0, 5)).toEqual(suggested);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('comes in its turn when pieces come one after the other', async () => {
    const { swarm, torrent, peers, close } = await setUp(choking([], () => undefined));
    torrent.choose({ order: { isSequential: true, firstAndLastFirst: false } });
    peers[0]?.send({ type: 'suggest', index: 41 }, { type: 'suggest', index: 7 }, { type: 'unchoke' });
    await swarm.clock.advance(100);
    const asked = piecesAskedOf(peers[0]);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked).toEqual([...asked.keys()]);
    await close();
  });

  it('hostile: ids that cannot be are ignored, and a flood keeps only the latest', async () => {
    const flood = [0xffff_ffff, PIECES, ...Array.from({ length: 10_000 }, (_, index) => index % PIECES)];
    const { swarm, torrent, leech, close } = await setUp(suggesting(flood));
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    expect(torrent.snapshot().wastedBytes).toBe(0);
    await close();
    const advice = new PeerAdvice();
    for (let index = 0; index < 1000; index++) {
      advice.suggest(index);
      advice.allowFast(index);
    }
    expect([...advice.suggested]).toEqual(Array.from({ length: 16 }, (_, index) => 984 + index));
    expect([...advice.allowedFast]).toEqual([...Array(32).keys()]);
  });
});

describe('a piece that is allowed fast (BEP 6)', () => {
  it('is asked for while the peer chokes us, and nothing else', async () => {
    const { clock, torrent, peers, close } = await setUp(choking([3, 9, 27, PIECES, 0xffff_ffff], serve));
    await clock.runUntil(() => (torrent.content?.downloader.pieces.have.count ?? 0) === 3);
    await clock.advance(5000);
    expect([...(torrent.content?.downloader.pieces.have ?? [])]).toEqual([3, 9, 27]);
    expect(piecesAskedOf(peers[0])).toEqual([3, 9, 27]);
    expect(peers[0]?.got('request')).toHaveLength(6);
    await close();
  });

  it('hostile: that is rejected after all is not asked for again while it chokes', async () => {
    const { clock, torrent, peers, close } = await setUp(
      choking([3, 9], (peer, request) => {
        peer.send({ ...request, type: 'reject' });
      }),
    );
    await clock.advance(60_000);
    expect(peers[0]?.got('request').length).toBeLessThanOrEqual(4);
    expect(torrent.peers.size).toBe(1);
    await close();
  });

  it('hostile: that never comes is left to others', async () => {
    const { swarm, leech, torrent, close } = await setUp(
      choking([...Array(PIECES).keys()], () => undefined),
      seedScript(sample, 'seed', serve),
    );
    await swarm.complete([torrent], { maxMs: 120_000 });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });
});

describe('a seed', () => {
  it('suggests what it has just read for one peer to another, each piece once, and a few a second', async () => {
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1');
    await swarm.seedFrom(seed, sample);
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const dial = async (ip: string) => {
      const peer = await WirePeer.dial(swarm.clock, swarm.network.host(ip), target);
      peer.shake(sample, ip);
      peer.send({ type: 'have', index: 5 }, { type: 'interested' });
      await swarm.clock.runUntil(() => peer.got('unchoke').length === 1);
      return peer;
    };
    const [first, second] = [await dial('10.6.6.6'), await dial('10.7.7.7')];
    const read = Array.from({ length: 20 }, (_, index) => index);
    for (const index of read) first.send({ type: 'request', index, begin: 0, length: BLOCK });
    await swarm.clock.advance(1500);
    expect(second.got('suggest').length).toBeLessThanOrEqual(8);
    await swarm.clock.advance(60_000);
    const told = second.got('suggest').map(({ index }) => index);
    expect(told).toHaveLength(8);
    expect(new Set(told).size).toBe(8);
    expect(told.filter((index) => index === 5 || !read.includes(index))).toEqual([]);
    second.send(...told.map((index) => ({ type: 'have' as const, index })));
    await swarm.clock.advance(10_000);
    expect(second.got('suggest').length).toBeGreaterThan(8);
    expect(second.got('suggest').length).toBeLessThanOrEqual(16);
    await swarm.close([seed]);
  });
});
