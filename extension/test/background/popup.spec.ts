import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../shared/engine/test/mocks/virtual-clock.js';
import { Popup } from '../../src/background/popup.js';

let clock: VirtualClock;
let shownAt: number[];
let isAsking: boolean;
let popup: Popup;

beforeEach(() => {
  clock = new VirtualClock();
  shownAt = [];
  isAsking = true;
  popup = new Popup({
    now: () => clock.now(),
    delay: (milliseconds) => new Promise((resolve) => void clock.setTimer(milliseconds, () => resolve())),
    show: () => {
      shownAt.push(clock.now());
      return Promise.reject(new Error('no window'));
    },
    isAsking: () => Promise.resolve(isAsking),
  });
});

describe('the popup', () => {
  it('hostile 46: a thousand clicks in a second open it at once and at its end, and do not mind that there is no window', async () => {
    for (let clicks = 0; clicks < 1000; clicks++) {
      void popup.open();
      await clock.advance(1);
    }
    expect(shownAt).toEqual([0, 1000]);
    await clock.advance(10_000);
    expect(shownAt).toEqual([0, 1000]);
    await popup.open();
    expect(shownAt).toHaveLength(3);
  });

  it('stays closed when what came too soon was answered meanwhile', async () => {
    await popup.open();
    await clock.advance(300);
    const second = popup.open();
    isAsking = false;
    await clock.advance(700);
    await second;
    expect(shownAt).toEqual([0]);
  });
});
