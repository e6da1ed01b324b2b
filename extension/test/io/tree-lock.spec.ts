import { describe, expect, it } from 'vitest';
import { TreeLock } from '../../src/io/tree-lock.js';

function setUp() {
  const lock = new TreeLock();
  const log: string[] = [];
  /** Notes its beginning, and its end when the test says so. */
  const work = (name: string) => {
    const ends: (() => void)[] = [];
    const run = async () => {
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => ends.push(resolve));
      log.push(`${name} ends`);
    };
    return { run, end: () => ends.pop()?.() };
  };
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { lock, log, work, settle };
}

describe('TreeLock', () => {
  it('lets many look at the same time, and who changes something alone, in the order they came', async () => {
    const { lock, log, work, settle } = setUp();
    const [a, b, change, c] = [work('a'), work('b'), work('change'), work('c')];
    void lock.share(a.run);
    void lock.share(b.run);
    void lock.change(change.run);
    void lock.share(c.run);
    await settle();
    expect(log.splice(0)).toEqual(['a begins', 'b begins']);
    b.end();
    await settle();
    expect(log.splice(0)).toEqual(['b ends']);
    a.end();
    await settle();
    expect(log.splice(0)).toEqual(['a ends', 'change begins']);
    change.end();
    await settle();
    expect(log).toEqual(['change ends', 'c begins']);
  });

  it('goes on after what fails', async () => {
    const { lock } = setUp();
    const fail = () => Promise.reject(new Error('no'));
    const outcomes = await Promise.allSettled([lock.share(fail), lock.change(fail), lock.change(fail)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await lock.share(() => Promise.resolve(1))).toBe(1);
    expect(await lock.change(() => Promise.resolve(2))).toBe(2);
  });
});
