import { expect, it } from 'vitest';
import { RingLogger } from '../../src/utils/log.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

it('keeps the newest entries, oldest first, with the time they were made', async () => {
  const clock = new VirtualClock({ startWallTime: 1000 });
  const logger = new RingLogger({ clock, capacity: 3 });
  logger.debug('a', 'first');
  logger.info('a', 'second');
  expect(logger.entries().map((entry) => entry.message)).toEqual(['first', 'second']);
  await clock.advance(5);
  logger.warn('b', 'third');
  logger.warn('b', 'fourth');
  expect(logger.entries()).toEqual([
    { time: 1000, level: 'info', scope: 'a', message: 'second' },
    { time: 1005, level: 'warn', scope: 'b', message: 'third' },
    { time: 1005, level: 'warn', scope: 'b', message: 'fourth' },
  ]);
});

it('cuts long messages', () => {
  const logger = new RingLogger({ clock: new VirtualClock() });
  logger.info('a', 'x'.repeat(100_000));
  expect(logger.entries()[0]?.message).toHaveLength(1000);
});
