import { MemorySessionStore } from '@jstorrent/engine/testing';
import { beforeEach, expect, it } from 'vitest';
import { HostSettingsStore, splitSettings } from '../../src/offscreen/host-settings.js';

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
