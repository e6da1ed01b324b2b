import { describe, expect, it } from 'vitest';
import { CheckTurns } from '../../src/core/check-turns.js';

describe('turns to hash files', () => {
  it('come one after the other, in order', async () => {
    const turns = new CheckTurns();
    const { signal } = new AbortController();
    const log: string[] = [];
    const take = async (name: string) => {
      const end = await turns.take(signal);
      log.push(name);
      return end;
    };
    const [first, second, third] = [take('a'), take('b'), take('c')];
    const endFirst = await first;
    expect(log).toEqual(['a']);
    endFirst?.();
    const endSecond = await second;
    expect(log).toEqual(['a', 'b']);
    endSecond?.();
    (await third)?.();
    expect(log).toEqual(['a', 'b', 'c']);
    expect(await turns.take(signal)).toBeDefined();
  });

  it('pass over who has given up, before or while waiting', async () => {
    const turns = new CheckTurns();
    const [holder, quitter, last] = [new AbortController(), new AbortController(), new AbortController()];
    const end = await turns.take(holder.signal);
    const quitting = turns.take(quitter.signal);
    const waiting = turns.take(last.signal);
    quitter.abort();
    expect(await quitting).toBeUndefined();
    expect(await turns.take(quitter.signal)).toBeUndefined();
    end?.();
    expect(await waiting).toBeDefined();
  });
});
