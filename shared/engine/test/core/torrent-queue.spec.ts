import { describe, expect, it } from 'vitest';
import { type QueueNeed, type QueuedTorrent, TorrentQueue } from '../../src/core/torrent-queue.js';
import { VirtualClock } from '../mocks/index.js';

const MINUTE_MS = 60_000;

/** A torrent that does what the queue says and tells when. */
class Candidate implements QueuedTorrent {
  isForced = false;
  rate = 1e6;
  isActive = false;

  constructor(
    readonly id: string,
    public need: QueueNeed,
    private readonly log: string[],
  ) {}

  takeTurn(): void {
    this.isActive = true;
    this.log.push(`+${this.id}`);
  }

  awaitTurn(): void {
    this.isActive = false;
    this.log.push(`-${this.id}`);
  }
}

function setUp(change = {}) {
  const clock = new VirtualClock();
  const settings = {
    maxActiveDownloads: 2,
    maxActiveSeeds: 2,
    maxActiveTorrents: 3,
    slowTorrentBytesPerSecond: 2048,
    slowTorrentSeconds: 60,
    ...change,
  };
  const log: string[] = [];
  const moved: string[][] = [];
  const queue = new TorrentQueue({
    clock,
    settings: () => settings,
    onReordered: (ids) => moved.push([...ids]),
  });
  const candidates: Candidate[] = [];
  const add = (id: string, need: QueueNeed = 'download') => {
    const candidate = new Candidate(id, need, log);
    candidates.push(candidate);
    queue.register(id);
    queue.enter(candidate);
    return candidate;
  };
  /** Who is active once all is decided, after so many seconds of ticks. */
  const active = async (seconds = 0) => {
    await clock.advance(0);
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1000);
      queue.tick();
    }
    await clock.advance(0);
    return candidates.filter(({ isActive }) => isActive).map(({ id }) => id);
  };
  return { clock, settings, log, moved, queue, add, active };
}

describe('who may be active', () => {
  it('the first ones, as many as may', async () => {
    const { add, active } = setUp();
    for (const id of ['a', 'b', 'c']) add(id);
    expect(await active()).toEqual(['a', 'b']);
  });

  it('downloads before seeds, and all together no more than may', async () => {
    const { add, active } = setUp();
    for (const id of ['s1', 's2', 's3']) add(id, 'seed');
    expect(await active()).toEqual(['s1', 's2']);
    for (const id of ['d1', 'd2', 'd3']) add(id);
    expect(await active()).toEqual(['s1', 'd1', 'd2']);
  });

  it('without limits everybody', async () => {
    const { add, active } = setUp({ maxActiveDownloads: 0, maxActiveSeeds: 0, maxActiveTorrents: 0 });
    for (let index = 0; index < 40; index++) add(`d${index}`, index % 2 ? 'seed' : 'download');
    expect(await active()).toHaveLength(40);
  });

  it('but never more than 500, slow or not', async () => {
    const { add, active } = setUp({ maxActiveDownloads: 0, maxActiveSeeds: 0, maxActiveTorrents: 0 });
    for (let index = 0; index < 600; index++) add(`d${index}`).rate = 0;
    expect(await active()).toHaveLength(500);
    expect(await active(61)).toHaveLength(500);
  });

  it('who waits for its user takes no place', async () => {
    const { add, active } = setUp();
    for (const id of ['n1', 'n2', 'n3', 'n4']) add(id, 'nothing');
    for (const id of ['a', 'b', 'c']) add(id);
    expect(await active()).toEqual(['n1', 'n2', 'n3', 'n4', 'a', 'b']);
  });

  it('who is forced runs always, and takes nobody a place', async () => {
    const { add, active, queue } = setUp();
    const [, , c] = [add('a'), add('b'), add('c')];
    c.isForced = true;
    queue.changed();
    expect(await active()).toEqual(['a', 'b', 'c']);
    c.isForced = false;
    queue.changed();
    expect(await active()).toEqual(['a', 'b']);
  });
});

describe('the turn', () => {
  it('passes on when somebody is stopped, fails or is removed', async () => {
    const { add, active, queue } = setUp();
    const [a] = [add('a'), add('b'), add('c'), add('d')];
    await active();
    queue.leave('a');
    a.isActive = false;
    expect(await active()).toEqual(['b', 'c']);
    queue.forget('b');
    expect(await active()).toEqual(['b', 'c', 'd']);
  });

  it('of a download that is complete goes to the next, while it waits to seed', async () => {
    const { add, active, queue, settings } = setUp();
    settings.maxActiveSeeds = 1;
    const [, a] = [add('s', 'seed'), add('a'), add('b'), add('c')];
    expect(await active()).toEqual(['s', 'a', 'b']);
    a.need = 'seed';
    queue.changed();
    expect(await active()).toEqual(['s', 'b', 'c']);
  });

  it('room is made before it is given', async () => {
    const { add, active, queue, log } = setUp();
    for (const id of ['a', 'b', 'c']) add(id);
    await active();
    log.length = 0;
    queue.move('c', 'top');
    expect(await active()).toEqual(['a', 'c']);
    expect(log).toEqual(['-b', '+c']);
  });

  it('follows settings', async () => {
    const { add, active, queue, settings } = setUp();
    for (const id of ['a', 'b', 'c']) add(id);
    await active();
    settings.maxActiveDownloads = 1;
    queue.changed();
    expect(await active()).toEqual(['a']);
    settings.maxActiveDownloads = 3;
    queue.changed();
    expect(await active()).toEqual(['a', 'b', 'c']);
  });

  it('is never given within the call that asks for it', () => {
    const { add, log } = setUp();
    add('a');
    expect(log).toEqual([]);
  });
});

describe('slow torrents', () => {
  it('take no place after a minute, and take it again after a minute of speed', async () => {
    const { add, active } = setUp();
    const [a] = [add('a'), add('b'), add('c')];
    a.rate = 100;
    expect(await active(59)).toEqual(['a', 'b']);
    expect(await active(2)).toEqual(['a', 'b', 'c']);
    a.rate = 5000;
    expect(await active(58)).toEqual(['a', 'b', 'c']);
    expect(await active(4)).toEqual(['a', 'b']);
  });

  it('a lull of less than a minute changes nothing', async () => {
    const { add, active, log } = setUp();
    const [a] = [add('a'), add('b'), add('c')];
    await active(120);
    log.length = 0;
    for (let round = 0; round < 5; round++) {
      a.rate = 0;
      await active(50);
      a.rate = 1e6;
      await active(2);
    }
    expect(log).toEqual([]);
  });

  it('count like any other where the setting is 0', async () => {
    const { add, active } = setUp({ slowTorrentBytesPerSecond: 0 });
    for (const id of ['a', 'b', 'c']) add(id).rate = 0;
    expect(await active((10 * MINUTE_MS) / 1000)).toEqual(['a', 'b']);
  });

  it('let all seeds that nobody wants anything of come to their turn', async () => {
    const { add, active } = setUp();
    for (let index = 0; index < 10; index++) add(`s${index}`, 'seed').rate = 0;
    expect(await active()).toHaveLength(2);
    expect(await active(5 * 62)).toHaveLength(10);
  });
});

describe('the order', () => {
  it('is told about when it changes', async () => {
    const { add, moved, queue, active } = setUp();
    for (const id of ['a', 'b', 'c']) add(id);
    await active();
    moved.length = 0;
    queue.move('c', 'up');
    queue.move('a', 'top');
    queue.forget('a');
    expect(moved).toEqual([['c', 'b'], [], ['c', 'b']]);
  });

  it('keeps the place of who is stopped and started again', async () => {
    const { add, queue, active } = setUp();
    const a = add('a');
    for (const id of ['b', 'c']) add(id);
    await active();
    queue.leave('a');
    a.isActive = false;
    await active();
    queue.enter(a);
    expect(await active()).toEqual(['a', 'b']);
  });
});
