import { expect, it } from 'vitest';
import { VirtualClock } from '../../../shared/engine/test/mocks/virtual-clock.js';
import { type Rates, SpeedHistory } from '../../src/offscreen/speed-history.js';

const SECOND_MS = 1000;

it('has each second of the last minutes and each minute of the last day, of all and of each torrent', async () => {
  const clock = new VirtualClock();
  let second = 0;
  const history = new SpeedHistory(clock, () => {
    second++;
    const rates = { downloadRate: second, uploadRate: 1 };
    return { all: rates, torrents: new Map(second <= 90 ? [['a', rates]] : []) };
  });
  await clock.advance(120 * SECOND_MS);
  const minute = history.read(undefined, 1);
  expect(minute.stepSeconds).toBe(1);
  expect(minute.down).toHaveLength(60);
  expect(minute.down.slice(-2)).toEqual([119, 120]);
  expect(history.read('a', 1).down.slice(28, 31)).toEqual([89, 90, 0]);
  expect(history.read(undefined, 60)).toEqual({ stepSeconds: 60, down: [31, 91], up: [1, 1] });
  expect(history.read('unknown', 60)).toEqual({ stepSeconds: 60, down: [], up: [] });
});

it('remembers the torrents that moved last, and no more than two hundred', async () => {
  const clock = new VirtualClock();
  let second = 0;
  const rates: Rates = { downloadRate: 1, uploadRate: 0 };
  const history = new SpeedHistory(clock, () => ({ all: rates, torrents: new Map([[String(second++), rates]]) }));
  await clock.advance(250 * SECOND_MS);
  expect(history.read('0', 1).down).toEqual([]);
  expect(history.read('49', 1).down).toEqual([]);
  expect(history.read('50', 10).down.length).toBeGreaterThan(0);
});
