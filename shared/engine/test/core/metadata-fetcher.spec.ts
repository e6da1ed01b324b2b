import { sha1 } from '@noble/hashes/legacy.js';
import { describe, expect, it } from 'vitest';
import { MetadataFetcher, type MetadataPeer } from '../../src/core/metadata-fetcher.js';
import { parseMetadataMessage } from '../../src/protocol/metadata-exchange.js';
import { MemoryHasher, SeededRandom, VirtualClock } from '../mocks/index.js';

const PIECE = 16_384;
const info = new SeededRandom(1).bytes(3 * PIECE + 100);
const pieceOf = (bytes: Uint8Array, piece: number) => bytes.subarray(piece * PIECE, (piece + 1) * PIECE);

class TestPeer implements MetadataPeer {
  readonly asked: number[] = [];
  constructor(public metadataSize: number | undefined = info.length) {}

  sendMetadata(payload: Uint8Array): void {
    const message = parseMetadataMessage(payload);
    if (message.type === 'request') this.asked.push(message.piece);
  }
}

function setUp(hasher = new MemoryHasher({ detachBuffers: true })) {
  const clock = new VirtualClock();
  const done: Uint8Array[] = [];
  const fetcher = new MetadataFetcher({
    infoHash: sha1(info),
    hasher,
    clock,
    maxBytes: 1_000_000,
    onDone: (bytes) => done.push(bytes.slice()),
  });
  const join = (size?: number) => {
    const peer = new TestPeer(size);
    fetcher.addPeer(peer);
    return peer;
  };
  const send = (peer: TestPeer, piece: number, bytes = info, totalSize = bytes.length) => {
    fetcher.onMessage(peer, { type: 'data', piece, totalSize, data: pieceOf(bytes, piece) });
  };
  const sendAll = (peer: TestPeer, bytes = info) => {
    for (let piece = 0; piece * PIECE < bytes.length; piece++) send(peer, piece, bytes);
  };
  /** Lets time pass as the torrent does, second by second. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1000);
      fetcher.tick();
    }
  };
  return { clock, fetcher, done, join, send, sendAll, pass };
}

describe('MetadataFetcher', () => {
  it('asks a peer for everything, four pieces at a time, and takes them in any order', async () => {
    const { clock, done, join, send } = setUp();
    const peer = join();
    expect(peer.asked).toEqual([0, 1, 2, 3]);
    for (const piece of [3, 1, 0]) send(peer, piece);
    await clock.advance(0);
    expect(done).toEqual([]);
    send(peer, 2);
    await clock.advance(0);
    expect(done).toEqual([info]);
  });

  it('is done once, though several peers send everything', async () => {
    const { clock, done, join, sendAll } = setUp();
    const peers = [join(), join()];
    for (const peer of peers) sendAll(peer);
    await clock.advance(0);
    expect(done).toHaveLength(1);
    for (const peer of peers) sendAll(peer);
    await clock.advance(0);
    expect(done).toHaveLength(1);
  });

  it('hostile 25: a wrong copy costs its sender 30 s, and nobody else anything', async () => {
    const { clock, done, fetcher, join, sendAll, pass } = setUp();
    const [liar, honest] = [join(), join()];
    const wrong = info.slice();
    wrong[5] = (wrong[5] as number) ^ 1;
    sendAll(liar, wrong);
    await clock.advance(0);
    const askedBefore = liar.asked.length;
    fetcher.addPeer(liar);
    expect(liar.asked).toHaveLength(askedBefore);
    await pass(29);
    expect(liar.asked).toHaveLength(askedBefore);
    await pass(2);
    expect(liar.asked.length).toBeGreaterThan(askedBefore);
    sendAll(honest);
    await clock.advance(0);
    // The honest peer had been silent for too long by then; it may send all the same once it is asked again.
    expect(done).toHaveLength(0);
    await pass(12);
    sendAll(honest);
    await clock.advance(0);
    expect(done).toEqual([info]);
  });

  it('hostile 25: what was not asked for, twice, of another size or of nobody is ignored', async () => {
    const { clock, done, fetcher, join, send } = setUp();
    const peer = join(10 * PIECE);
    const bytes = new Uint8Array(10 * PIECE);
    send(peer, 9, bytes);
    send(peer, 0, bytes, 5 * PIECE);
    send(new TestPeer(), 0);
    fetcher.onMessage(peer, { type: 'unknown' });
    expect(peer.asked).toEqual([0, 1, 2, 3]);
    send(peer, 0, bytes);
    send(peer, 0, bytes);
    expect(peer.asked).toEqual([0, 1, 2, 3, 4]);
    await clock.advance(0);
    expect(done).toEqual([]);
  });

  it('does not ask peers that have none, or more than is allowed', () => {
    const { join, fetcher } = setUp();
    const none = new TestPeer();
    none.metadataSize = undefined;
    fetcher.addPeer(none);
    const huge = join(1_000_001);
    expect([none.asked, huge.asked]).toEqual([[], []]);
    none.metadataSize = info.length;
    fetcher.addPeer(none);
    expect(none.asked).toHaveLength(4);
  });

  it('a peer that rejects or falls silent makes room for the next', async () => {
    const { fetcher, join, pass } = setUp();
    const first = [join(), join(), join(), join()];
    const [next, afterNext] = [join(), join()];
    expect(next.asked).toEqual([]);
    fetcher.onMessage(first[0] as TestPeer, { type: 'reject', piece: 0 });
    expect(next.asked).toHaveLength(4);
    await pass(10);
    expect(afterNext.asked).toHaveLength(4);
  });

  it('hostile 25: peers that send just enough not to be silent do not keep an honest one out', async () => {
    const { clock, done, join, send, sendAll, pass } = setUp();
    const size = 60 * PIECE;
    const dribblers = [join(size), join(size), join(size), join(size)];
    const honest = join();
    for (let piece = 0; piece < 60 && honest.asked.length === 0; piece++) {
      for (const peer of dribblers) send(peer, piece, new Uint8Array(size));
      await pass(9);
    }
    expect(clock.now()).toBeLessThan(60_000);
    sendAll(honest);
    await clock.advance(0);
    expect(done).toEqual([info]);
  });

  it('a peer that leaves makes room for the next, and what it sends is forgotten', async () => {
    const { clock, done, fetcher, join, sendAll } = setUp();
    const peers = [join(), join(), join(), join()];
    const next = join();
    fetcher.removePeer(peers[0] as TestPeer);
    expect(next.asked).toHaveLength(4);
    sendAll(peers[0] as TestPeer);
    await clock.advance(0);
    expect(done).toEqual([]);
  });

  it('a hasher that fails is no end: the peer is asked again later', async () => {
    const hasher = new MemoryHasher();
    const working = hasher.sha1.bind(hasher);
    hasher.sha1 = () => Promise.reject(new Error('the worker died'));
    const { clock, done, join, sendAll, pass } = setUp(hasher);
    const peer = join();
    sendAll(peer);
    await clock.advance(0);
    hasher.sha1 = working;
    await pass(31);
    sendAll(peer);
    await clock.advance(0);
    expect(done).toEqual([info]);
  });
});
