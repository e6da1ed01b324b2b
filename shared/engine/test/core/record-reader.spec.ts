import { describe, expect, it } from 'vitest';
import { RecordReader } from '../../src/core/record-reader.js';
import { MemorySessionStore } from '../mocks/memory-session-store.js';

class CountingStore extends MemorySessionStore {
  readonly batches: number[] = [];
  unreadable: string | undefined;

  override getMany(keys: readonly string[]) {
    this.batches.push(keys.length);
    return super.getMany(keys);
  }

  override get(key: string) {
    return key === this.unreadable ? Promise.reject(new Error('no')) : super.get(key);
  }
}

async function setUp(count: number) {
  const store = new CountingStore();
  const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
  for (const [index, key] of keys.entries()) await store.put(key, Uint8Array.of(index));
  return { store, keys, reader: new RecordReader(store) };
}

describe('RecordReader', () => {
  it('reads together what is asked for together, a bounded number at a time', async () => {
    const { store, keys, reader } = await setUp(200);
    const records = await Promise.all([...keys, 'none'].map((key) => reader.get(key)));
    expect(records).toEqual(
      [...keys.keys(), undefined].map((index) => index && Uint8Array.of(index)).with(0, Uint8Array.of(0)),
    );
    expect(store.batches).toEqual([128, 73]);
  });

  it('serves who asks while others are being served, and after', async () => {
    const { keys, reader } = await setUp(3);
    const [a = '', b = '', c = ''] = keys;
    const first = reader.get(a);
    await Promise.resolve();
    const second = reader.get(b);
    expect(await first).toEqual(Uint8Array.of(0));
    const third = reader.get(c);
    expect(await second).toEqual(Uint8Array.of(1));
    expect(await third).toEqual(Uint8Array.of(2));
  });

  it('hostile 48: a record that cannot be read costs nobody else', async () => {
    const { store, keys, reader } = await setUp(3);
    store.unreadable = keys[1];
    const outcomes = await Promise.allSettled(keys.map((key) => reader.get(key)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await reader.get(keys[2] ?? '')).toEqual(Uint8Array.of(2));
  });
});
