import type { TorrentState } from '@jstorrent/engine';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Activity, workOf } from '../../src/offscreen/activity.js';
import { Power } from '../../src/offscreen/power.js';

type Kind = TorrentState['kind'];

const KINDS: readonly Kind[] = ['queued', 'checking', 'metadata', 'downloading', 'publishing', 'seeding', 'stopped'];

it('knows at any time what a look at every torrent would tell', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...KINDS, undefined)));
  fc.assert(
    fc.property(steps, (changes) => {
      const activity = new Activity();
      const torrents = new Map<string, Kind>();
      for (const [id, kind] of changes) {
        activity.set(id, kind);
        if (kind) torrents.set(id, kind);
        else torrents.delete(id);
        const kinds = [...torrents.values()];
        const downloads = kinds.filter((one) => one === 'downloading' || one === 'metadata').length;
        expect(activity.downloads).toBe(downloads);
        expect(activity.isPublishing).toBe(kinds.includes('publishing'));
        expect(activity.isBusy).toBe(downloads > 0 || kinds.includes('publishing') || kinds.includes('checking'));
      }
    }),
  );
});

it('copying that waits for its folder keeps no computer awake and no update away', () => {
  const activity = new Activity();
  const state = { kind: 'publishing' } as const;
  activity.set('a', workOf({ state, publishing: { attention: { code: 'folder-access-lost', message: '' } } }));
  expect([activity.isPublishing, activity.isBusy]).toEqual([false, false]);
  activity.set('a', workOf({ state, publishing: { attention: undefined } }));
  expect([activity.isPublishing, activity.isBusy]).toEqual([true, true]);
  const downloading = { state: { kind: 'downloading' }, publishing: { attention: { code: 'disk-full' } } } as const;
  activity.set('a', workOf(downloading));
  expect(activity.downloads).toBe(1);
});

it('the computer is kept awake only while that is wanted and something goes on, and each change is told once', () => {
  const told: boolean[] = [];
  const power = new Power((isOn) => {
    told.push(isOn);
    return Promise.resolve();
  });
  power.update({ isWanted: false, isBusy: true });
  power.update({ isWanted: true, isBusy: false });
  expect(told).toEqual([]);
  power.update({ isWanted: true, isBusy: true });
  power.update({ isWanted: true, isBusy: true });
  expect(told).toEqual([true]);
  power.update({ isWanted: true, isBusy: false });
  expect(told).toEqual([true, false]);
});
