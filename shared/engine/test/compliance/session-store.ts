import { describe, expect, it } from 'vitest';
import type { ISessionStore } from '../../src/interfaces/session-store.js';
import { inWorld, pattern, settle, type ComplianceHarness, type HarnessFactory } from './harness.js';

export interface SessionStoreHarness extends ComplianceHarness {
  /** Opens a store on this harness's records: empty at first, then as the last one left them. */
  open(): Promise<ISessionStore> | ISessionStore;
}

/** What an {@link ISessionStore} promises. */
export function describeSessionStore(name: string, createHarness: HarnessFactory<SessionStoreHarness>): void {
  const test = (title: string, body: (harness: SessionStoreHarness, store: ISessionStore) => Promise<void>): void => {
    it(
      title,
      inWorld(createHarness, async (harness) => body(harness, await harness.open())),
    );
  };

  describe(`${name}: session store`, () => {
    test('a record reads back, is replaced and deleted', async (harness, store) => {
      const run = <T>(promise: Promise<T>): Promise<T> => settle(harness, promise);
      expect(await run(store.get('key'))).toBeUndefined();
      await run(store.put('key', pattern(1000)));
      expect(await run(store.get('key'))).toEqual(pattern(1000));
      await run(store.put('key', pattern(10)));
      expect(await run(store.get('key'))).toEqual(pattern(10));
      await run(store.put('empty', new Uint8Array(0)));
      expect(await run(store.get('empty'))).toEqual(new Uint8Array(0));
      await run(store.delete('key'));
      await run(store.delete('key'));
      expect(await run(store.get('key'))).toBeUndefined();
    });

    test('many records read in one go, in the order they were asked for', async (harness, store) => {
      await settle(harness, store.put('a', pattern(10)));
      await settle(harness, store.put('b', pattern(20)));
      const written = store.put('c', pattern(30));
      expect(await settle(harness, store.getMany(['c', 'none', 'a', 'b', 'a']))).toEqual([
        pattern(30),
        undefined,
        pattern(10),
        pattern(20),
        pattern(10),
      ]);
      await settle(harness, written);
      expect(await settle(harness, store.getMany([]))).toEqual([]);
      await settle(harness, store.close());
      await expect(settle(harness, store.getMany(['a']))).rejects.toThrow();
    });

    test('keys of any kind keep apart, and are listed by prefix, sorted', async (harness, store) => {
      const keys = ['torrent/b', 'torrent/a', 'torrent/A', 'torrents', 'a.b', 'a/../b', 'ключ', 'con', '%41', 'x y'];
      for (const [index, key] of keys.entries()) await settle(harness, store.put(key, Uint8Array.of(index)));
      expect(await settle(harness, store.keys(''))).toEqual([...keys].sort());
      expect(await settle(harness, store.keys('torrent/'))).toEqual(['torrent/A', 'torrent/a', 'torrent/b']);
      expect(await settle(harness, store.keys('none'))).toEqual([]);
      for (const [index, key] of keys.entries()) {
        expect(await settle(harness, store.get(key))).toEqual(Uint8Array.of(index));
      }
    });

    test('writes to one key keep their order', async (harness, store) => {
      const writes = Array.from({ length: 20 }, (_, i) => store.put('key', Uint8Array.of(i)));
      writes.push(store.delete('key'), store.put('key', Uint8Array.of(99)));
      await settle(harness, Promise.all(writes));
      expect(await settle(harness, store.get('key'))).toEqual(Uint8Array.of(99));
    });

    test('the caller may change its buffer after put, and what get gave', async (harness, store) => {
      const value = pattern(50);
      const write = store.put('key', value);
      value.fill(0);
      await settle(harness, write);
      (await settle(harness, store.get('key')))?.fill(1);
      expect(await settle(harness, store.get('key'))).toEqual(pattern(50));
    });

    test('close waits for what is under way, is idempotent, and ends the store', async (harness, store) => {
      const write = store.put('key', pattern(100_000));
      await settle(harness, store.close());
      await settle(harness, write);
      await settle(harness, store.close());
      await expect(settle(harness, store.put('key', pattern(1)))).rejects.toThrow();
      const reopened = await harness.open();
      expect(await settle(harness, reopened.get('key'))).toEqual(pattern(100_000));
    });

    test('hostile 47: what was put outlives a store that was never closed', async (harness, store) => {
      await settle(harness, store.put('a', pattern(10)));
      await settle(harness, store.put('b', pattern(20)));
      await settle(harness, store.delete('a'));
      const reopened = await harness.open();
      expect(await settle(harness, reopened.keys(''))).toEqual(['b']);
      expect(await settle(harness, reopened.get('b'))).toEqual(pattern(20));
    });
  });
}
