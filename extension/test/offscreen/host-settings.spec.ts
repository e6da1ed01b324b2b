import { MemorySessionStore } from '@jstorrent/engine/testing';
import { beforeEach, expect, it } from 'vitest';
import { HostSettingsStore, splitSettings, usableHere } from '../../src/offscreen/host-settings.js';

let store: MemorySessionStore;
beforeEach(() => {
  store = new MemorySessionStore();
});

const write = (text: string): Promise<void> => store.put('host/settings', new TextEncoder().encode(text));

it('keeps what was changed, over a restart', async () => {
  const settings = await HostSettingsStore.load(store);
  await settings.update({ defaultRoot: 'folder-1', keepAwake: true, badge: 'percent' });
  const again = await HostSettingsStore.load(store);
  expect(again.current).toEqual({
    useFastLane: true,
    defaultRoot: 'folder-1',
    keepAwake: true,
    keepRunning: false,
    notify: false,
    badge: 'percent',
  });
});

it('hostile 48: takes of a record what it can read', async () => {
  await write('{"useFastLane":false,"defaultRoot":7,"keepAwake":"yes","badge":"loud","unknown":1}');
  expect((await HostSettingsStore.load(store)).current).toEqual({
    useFastLane: false,
    defaultRoot: 'default',
    keepAwake: false,
    keepRunning: false,
    notify: false,
    badge: 'downloads',
  });
  for (const damaged of ['', '{', 'null', '3', '[]']) {
    await write(damaged);
    expect((await HostSettingsStore.load(store)).current.useFastLane).toBe(true);
  }
});

it('parts the host’s settings from the engine’s', () => {
  expect(splitSettings({ keepAwake: true, listenPort: 6881 })).toEqual({
    host: { keepAwake: true },
    engine: { listenPort: 6881 },
  });
});

it('takes from elsewhere what was never changed here, without what only a click or a folder of this browser gives', async () => {
  const { current } = await HostSettingsStore.load(store);
  const given = { useFastLane: false, badge: 'percent', notify: true, keepAwake: true, keepRunning: true };
  const hasRoot = (root: string): boolean => root === 'folder-1';
  const taken = { useFastLane: false, badge: 'percent' };
  expect(usableHere({ ...given, defaultRoot: 'folder-2' }, { current, hasRoot })).toEqual(taken);
  expect(usableHere({ defaultRoot: 'folder-1' }, { current, hasRoot })).toEqual({ defaultRoot: 'folder-1' });
  expect(usableHere(given, { current: { ...current, badge: 'none' }, hasRoot })).toEqual({ useFastLane: false });
  for (const bad of [undefined, null, 7, 'x', [], { badge: 'loud', useFastLane: 0 }])
    expect(usableHere(bad, { current, hasRoot })).toEqual({});
});
