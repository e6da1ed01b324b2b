import { VirtualClock } from '@jstorrent/engine/testing';
import { beforeEach, expect, it } from 'vitest';
import type { ToolbarState } from '../../src/lib/host-messages.js';
import { ToolbarReporter } from '../../src/offscreen/toolbar-reporter.js';

let clock: VirtualClock;
let state: ToolbarState;
let reports: ToolbarState[];
let reporter: ToolbarReporter;
beforeEach(() => {
  clock = new VirtualClock();
  state = { badge: 'downloads', downloads: 1, progress: 0.1, downloadRate: 0, uploadRate: 0, pending: 0 };
  reports = [];
  reporter = new ToolbarReporter({
    clock,
    read: () => state,
    report: (report) => {
      reports.push(report);
      return Promise.reject(new Error('the service worker is gone'));
    },
  });
});

it('reports at once what is for the user’s eyes, and nothing twice', () => {
  reporter.now();
  reporter.now();
  state = { ...state, pending: 1 };
  reporter.now();
  expect(reports.map(({ pending }) => pending)).toEqual([0, 1]);
});

it('reports figures that move every two seconds at most, the last of them always', async () => {
  for (let step = 0; step < 40; step++) {
    state = { ...state, downloadRate: 1000 * (step + 1) };
    reporter.soon();
    await clock.advance(100);
  }
  await clock.advance(10_000);
  expect(reports.map(({ downloadRate }) => downloadRate)).toEqual([1000, 20_000, 40_000]);
});

it('does not wake the service worker for a difference that nobody sees', async () => {
  state = { ...state, downloadRate: 123_456, progress: 0.1234 };
  reporter.soon();
  state = { ...state, downloadRate: 123_999, progress: 0.1279 };
  reporter.soon();
  await clock.advance(5000);
  expect(reports).toEqual([{ ...state, downloadRate: 120_000, progress: 0.12 }]);
});
