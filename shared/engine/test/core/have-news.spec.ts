import { describe, expect, it } from 'vitest';
import { HaveNews } from '../../src/core/have-news.js';
import { BitField } from '../../src/utils/bitfield.js';
import { VirtualClock } from '../mocks/index.js';

const PIECES = 100;

class Peer {
  readonly pieces = new BitField(PIECES);
  /** What was sent, write by write. */
  readonly writes: number[][] = [];
  readonly connection = {
    sendHaves: (pieces: readonly number[]) => {
      if (pieces.length > 0) this.writes.push([...pieces]);
    },
  };

  constructor(has: Iterable<number> = []) {
    for (const index of has) this.pieces.set(index);
  }

  get isSeed(): boolean {
    return this.pieces.hasAll;
  }
}

function setUp(...peers: Peer[]) {
  const clock = new VirtualClock();
  const news = new HaveNews<Peer>({ clock, peers: () => peers });
  return { clock, news };
}

const nobody = new Set<Peer>();

describe('news of finished pieces', () => {
  it('leave at once after a rest, and in one write a peer where they come fast', async () => {
    const peer = new Peer();
    const { clock, news } = setUp(peer);
    for (const index of [7, 8, 9]) news.add(index, nobody);
    expect(peer.writes).toEqual([[7]]);
    await clock.advance(40);
    news.add(10, nobody);
    await clock.advance(20);
    expect(peer.writes).toEqual([[7], [8, 9, 10]]);
    news.add(11, nobody);
    await clock.advance(200);
    news.add(12, nobody);
    expect(peer.writes).toEqual([[7], [8, 9, 10], [11], [12]]);
  });

  it('go to nobody who has the piece, but to whom it came from, unless that is a seed', () => {
    const has = new Peer([5]);
    const seed = new Peer(Array(PIECES).keys());
    const giver = new Peer([5]);
    const { news } = setUp(has, seed, giver);
    news.add(5, new Set([seed, giver]));
    expect([has.writes, seed.writes, giver.writes]).toEqual([[], [], [[5]]]);
  });

  it('do not reach who comes later, and end with the torrent', async () => {
    const peers = [new Peer()];
    const clock = new VirtualClock();
    const news = new HaveNews<Peer>({ clock, peers: () => peers });
    news.add(1, nobody);
    news.add(2, nobody);
    news.flush();
    peers.push(new Peer());
    news.add(3, nobody);
    await clock.advance(100);
    expect(peers.map(({ writes }) => writes)).toEqual([[[1], [2], [3]], [[3]]]);
    news.add(4, nobody);
    news.add(5, nobody);
    news.close();
    await clock.advance(100);
    expect(peers[1]?.writes).toEqual([[3], [4]]);
  });
});
