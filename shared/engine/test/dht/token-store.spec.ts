import { describe, expect, it } from 'vitest';
import { TokenStore } from '../../src/dht/token-store.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';

const MINUTE = 60_000;
const HASH = new Uint8Array(20).fill(1);

const create = () => {
  const clock = new VirtualClock();
  return { clock, store: new TokenStore({ clock, random: new SeededRandom(1) }) };
};

describe('token store', () => {
  it('takes its own token from the same address', () => {
    const { store } = create();
    expect(store.isValid(store.issue('192.0.2.1', HASH), '192.0.2.1', HASH)).toBe(true);
  });

  it('hostile 39: refuses a token of another address, of another torrent, or made up', () => {
    const { store } = create();
    const token = store.issue('192.0.2.1', HASH);
    expect(store.isValid(token, '192.0.2.2', HASH)).toBe(false);
    expect(store.isValid(token, '192.0.2.1', new Uint8Array(20))).toBe(false);
    expect(store.isValid(token.subarray(1), '192.0.2.1', HASH)).toBe(false);
    expect(store.isValid(new Uint8Array(8), '192.0.2.1', HASH)).toBe(false);
  });

  it('hostile 39: takes a token of the period before, none older', async () => {
    const { clock, store } = create();
    await clock.advance(4 * MINUTE);
    const token = store.issue('192.0.2.1', HASH);
    await clock.advance(5 * MINUTE);
    expect(store.isValid(token, '192.0.2.1', HASH)).toBe(true);
    await clock.advance(2 * MINUTE);
    expect(store.isValid(token, '192.0.2.1', HASH)).toBe(false);
  });

  it('hostile 39: takes no old token after hours of silence', async () => {
    const { clock, store } = create();
    const token = store.issue('192.0.2.1', HASH);
    await clock.advance(600 * MINUTE);
    expect(store.isValid(token, '192.0.2.1', HASH)).toBe(false);
  });
});
