import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateBucket } from '../../src/core/rate-bucket.js';
import { type RateFlow, RateLimiter } from '../../src/core/rate-limiter.js';
import { VirtualClock } from '../mocks/index.js';

const KB = 1000;
const MB = 1000 * KB;
const BLOCK = 16_384;

/** Takes whatever it is let, in bites of one size; `bytesPerSecond` of them come in, and wait while it is held. */
class Eater {
  eaten = 0;
  isHeld = false;
  #isOver = false;
  #dueAt: number;

  constructor(
    private readonly clock: VirtualClock,
    private readonly flow: RateFlow,
    private readonly appetite: { readonly bite: number; readonly bytesPerSecond: number },
  ) {
    this.#dueAt = clock.now();
    this.#later();
  }

  stop(): void {
    this.#isOver = true;
    this.flow.end();
  }

  #later(): void {
    this.#dueAt += (this.appetite.bite * 1000) / this.appetite.bytesPerSecond;
    this.clock.setTimer(this.#dueAt - this.clock.now(), () => this.#bite());
  }

  #bite(): void {
    if (this.#isOver) return;
    this.eaten += this.appetite.bite;
    this.flow.spend(this.appetite.bite);
    this.isHeld = this.flow.isSpent;
    if (!this.isHeld) this.#later();
    else {
      this.flow.wait(() => {
        this.isHeld = false;
        this.#later();
      });
    }
  }
}

function setUp() {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ clock });
  const eat = (bite: number, bytesPerSecond = 1e9, own = new RateBucket()) =>
    new Eater(clock, limiter.createFlow(own), { bite, bytesPerSecond });
  return { clock, limiter, eat };
}

const total = (eaters: readonly Eater[]) => eaters.reduce((sum, { eaten }) => sum + eaten, 0);

describe('a limit of all connections', () => {
  for (const limit of [500 * KB, 3 * MB, 40 * MB]) {
    for (const count of [1, 8, 50]) {
      it(`of ${limit / KB} kB/s holds for ${count} within 2 % over the first 10 s and any later`, async () => {
        const { clock, limiter, eat } = setUp();
        limiter.setLimit(limiter.total, limit);
        const eaters = Array.from({ length: count }, () => eat(BLOCK));
        for (let window = 0; window < 3; window++) {
          const before = total(eaters);
          await clock.advance(10_000);
          expect(Math.abs((total(eaters) - before) / (10 * limit) - 1)).toBeLessThan(0.02);
        }
      });
    }
  }

  it('gives all who are hungry the same, whatever the size of their bites', async () => {
    const { clock, limiter, eat } = setUp();
    limiter.setLimit(limiter.total, 2 * MB);
    const eaters = [BLOCK, 1500, 65_536, 40_000, BLOCK, 9_000].map((bite) => eat(bite));
    await clock.advance(20_000);
    const fair = total(eaters) / eaters.length;
    for (const { eaten } of eaters) expect(Math.abs(eaten / fair - 1)).toBeLessThan(0.05);
  });

  it('gives the small eater what it wants and the others the rest', async () => {
    const { clock, limiter, eat } = setUp();
    limiter.setLimit(limiter.total, 1 * MB);
    const small = eat(4_096, 50 * KB);
    const big = [eat(BLOCK), eat(BLOCK)];
    await clock.advance(20_000);
    expect(small.eaten / 20).toBeGreaterThan(47 * KB);
    expect((small.eaten + total(big)) / 20).toBeGreaterThan(980 * KB);
    const [first, second] = big as [Eater, Eater];
    expect(Math.abs(first.eaten / second.eaten - 1)).toBeLessThan(0.05);
  });

  it('leaves a newcomer no claim to the past', async () => {
    const { clock, limiter, eat } = setUp();
    limiter.setLimit(limiter.total, 1 * MB);
    const early = eat(BLOCK);
    await clock.advance(60_000);
    const before = early.eaten;
    const late = eat(BLOCK);
    await clock.advance(10_000);
    expect(Math.abs((early.eaten - before) / late.eaten - 1)).toBeLessThan(0.1);
  });

  it('lets through little more than a tenth of a second at once after a pause', async () => {
    const { clock, limiter, eat } = setUp();
    limiter.setLimit(limiter.total, 1 * MB);
    await clock.advance(60_000);
    const eater = eat(BLOCK);
    await clock.advance(1_000);
    expect(eater.eaten).toBeLessThan(1.15 * MB);
  });
});

describe('the limit of a torrent', () => {
  it('holds beside that of all: whichever is tighter', async () => {
    const { clock, limiter, eat } = setUp();
    const [slow, open] = [new RateBucket(), new RateBucket()];
    limiter.setLimit(limiter.total, 2 * MB);
    limiter.setLimit(slow, 500 * KB);
    const slowOnes = [eat(BLOCK, 1e9, slow), eat(BLOCK, 1e9, slow)];
    const openOnes = [eat(BLOCK, 1e9, open), eat(BLOCK, 1e9, open)];
    await clock.advance(20_000);
    expect(Math.abs(total(slowOnes) / 20 / (500 * KB) - 1)).toBeLessThan(0.02);
    expect(Math.abs(total(openOnes) / 20 / (1.5 * MB) - 1)).toBeLessThan(0.02);
    const [first, second] = slowOnes as [Eater, Eater];
    expect(Math.abs(first.eaten / second.eaten - 1)).toBeLessThan(0.1);
  });

  it('holds alone, and leaves other torrents alone', async () => {
    const { clock, limiter, eat } = setUp();
    const slow = new RateBucket();
    limiter.setLimit(slow, 500 * KB);
    const limited = eat(BLOCK, 1e9, slow);
    const free = eat(BLOCK, 10 * MB);
    await clock.advance(10_000);
    expect(Math.abs(limited.eaten / 10 / (500 * KB) - 1)).toBeLessThan(0.02);
    expect(free.eaten / 10).toBeGreaterThan(9.9 * MB);
  });
});

describe('changing a limit', () => {
  it('holds at once, both ways, and none releases everybody', async () => {
    const { clock, limiter, eat } = setUp();
    const eaters = [eat(BLOCK, 20 * MB), eat(BLOCK, 20 * MB)];
    const rateOver = async (seconds: number) => {
      const before = total(eaters);
      await clock.advance(seconds * 1000);
      return (total(eaters) - before) / seconds;
    };
    expect(await rateOver(1)).toBeGreaterThan(39 * MB);
    limiter.setLimit(limiter.total, 500 * KB);
    expect(Math.abs((await rateOver(10)) / (500 * KB) - 1)).toBeLessThan(0.02);
    limiter.setLimit(limiter.total, 5 * MB);
    expect(Math.abs((await rateOver(10)) / (5 * MB) - 1)).toBeLessThan(0.02);
    limiter.setLimit(limiter.total, 0);
    expect(await rateOver(1)).toBeGreaterThan(38 * MB);
    expect(eaters.some(({ isHeld }) => isHeld)).toBe(false);
  });

  it('while nobody waits there is no timer, with a limit or without', async () => {
    const { clock, limiter, eat } = setUp();
    const eater = eat(BLOCK);
    await clock.advance(100);
    eater.stop();
    await clock.advance(100);
    limiter.setLimit(limiter.total, 500 * KB);
    expect(clock.pendingTimers).toBe(0);
    const hungry = eat(BLOCK);
    await clock.advance(1_000);
    hungry.stop();
    await clock.advance(1_000);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('no mixture of limits, bites and appetites goes over a limit or starves anybody', async () => {
  const eaters = fc.array(
    fc.record({ bite: fc.integer({ min: 1_000, max: 65_536 }), bytesPerSecond: fc.integer({ min: 20_000, max: 1e8 }) }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 500_000, max: 5_000_000 }), eaters, async (limit, appetites) => {
      const { clock, limiter, eat } = setUp();
      limiter.setLimit(limiter.total, limit);
      const all = appetites.map(({ bite, bytesPerSecond }) => eat(bite, bytesPerSecond));
      await clock.advance(10_000);
      const biggest = Math.max(...appetites.map(({ bite }) => bite));
      expect(total(all)).toBeLessThan(limit * 10.1 + 2 * biggest);
      const fair = limit / all.length;
      for (const [index, { eaten }] of all.entries()) {
        const { bite, bytesPerSecond } = appetites[index] as (typeof appetites)[number];
        expect(eaten).toBeGreaterThan(0.8 * Math.min(fair, bytesPerSecond) * 10 - 2 * bite);
      }
    }),
    { numRuns: 15 },
  );
});
