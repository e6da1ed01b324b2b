import { describe, expect, it } from 'vitest';
import { ConnectionBudget } from '../../src/core/connection-budget.js';
import { Dialer, type DialingSwarm } from '../../src/core/dialer.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

/** A swarm with so many candidates; notes in `log` when it dials. */
const swarm = (name: string, log: string[], candidates: number): DialingSwarm => ({
  dialNext: () => {
    if (candidates === 0) return false;
    candidates--;
    log.push(name);
    return true;
  },
});

function setUp(attemptsPerSecond: number) {
  const clock = new VirtualClock();
  const budget = new ConnectionBudget(100_000);
  return { clock, budget, dialer: new Dialer({ clock, budget, attemptsPerSecond }), log: [] as string[] };
}

describe('Dialer', () => {
  it('gives every torrent its turn', () => {
    const { dialer, log } = setUp(30);
    for (const [name, candidates] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const)
      dialer.add(swarm(name, log, candidates));
    dialer.kick();
    expect(log.join('')).toBe('abcaca');
  });

  it('dials so many times a second over all torrents, and goes on by itself', async () => {
    const { dialer, clock, log } = setUp(10);
    dialer.add(swarm('a', log, 1000));
    dialer.add(swarm('b', log, 1000));
    dialer.kick();
    expect(log).toHaveLength(10);
    await clock.advance(1000);
    expect(log.length).toBeGreaterThanOrEqual(19);
    await clock.advance(9000);
    expect(log.length).toBeLessThanOrEqual(110);
    expect(log.length).toBeGreaterThanOrEqual(105);
    expect(log.filter((name) => name === 'a').length).toBe(Math.ceil(log.length / 2));
  });

  it('sleeps while nobody has a candidate', async () => {
    const { dialer, clock, log } = setUp(10);
    dialer.add(swarm('a', log, 3));
    dialer.kick();
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
    expect(log).toHaveLength(3);
  });

  it('asks nobody while all connections are in use', () => {
    const { dialer, budget, log } = setUp(10);
    let questions = 0;
    const full = { dialNext: () => ++questions === 0 };
    dialer.add(full);
    budget.setLimit(0);
    dialer.kick();
    dialer.kickFor(full);
    expect(questions).toBe(0);
    dialer.add(swarm('a', log, 1));
    budget.setLimit(1);
    dialer.kick();
    expect([questions > 0, log]).toEqual([true, ['a']]);
  });

  it('asks of 1,000 torrents only the one that has a new address', () => {
    const { dialer, budget, log } = setUp(10);
    let questions = 0;
    for (let count = 0; count < 1000; count++) dialer.add({ dialNext: () => ++questions === 0 });
    const lively = swarm('a', log, 3);
    dialer.add(lively);
    for (let address = 0; address < 3; address++) dialer.kickFor(lively);
    expect([questions, log]).toEqual([0, ['a', 'a', 'a']]);
    budget.setLimit(0);
    for (let address = 0; address < 1000; address++) dialer.kick();
    expect(questions).toBe(0);
  });

  it('gives a torrent with new addresses no turn of another that waits', async () => {
    const { dialer, clock, log } = setUp(10);
    const flooded = swarm('f', log, 1000);
    dialer.add(flooded);
    dialer.add(swarm('a', log, 1000));
    dialer.kick();
    for (let ms = 0; ms < 2000; ms += 10) {
      dialer.kickFor(flooded);
      await clock.advance(10);
    }
    const count = log.filter((name) => name === 'a').length;
    expect(log.length).toBeGreaterThanOrEqual(28);
    expect(Math.abs(2 * count - log.length)).toBeLessThanOrEqual(2);
  });

  it('saves no more than a second of attempts', async () => {
    const { dialer, clock, log } = setUp(10);
    await clock.advance(60_000);
    dialer.add(swarm('a', log, 1000));
    dialer.kick();
    expect(log).toHaveLength(10);
  });

  it('keeps a new limit, and forgets a torrent that stops', async () => {
    const { dialer, clock, log } = setUp(10);
    const a = swarm('a', log, 1000);
    dialer.add(a);
    dialer.kick();
    dialer.setAttemptsPerSecond(1);
    await clock.advance(5000);
    expect(log.length).toBeLessThanOrEqual(16);
    dialer.remove(a);
    const before = log.length;
    await clock.advance(60_000);
    expect(log).toHaveLength(before);
  });

  it('leaves no timer behind when it is closed', () => {
    const { dialer, clock, log } = setUp(1);
    dialer.add(swarm('a', log, 1000));
    dialer.kick();
    expect(clock.pendingTimers).toBe(1);
    dialer.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
