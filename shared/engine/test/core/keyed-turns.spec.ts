import { describe, expect, it } from 'vitest';
import { KeyedTurns } from '../../src/core/keyed-turns.js';

describe('operations by key', () => {
  it('on one key follow one another, also after a failure; others do not wait', async () => {
    const turns = new KeyedTurns();
    const log: string[] = [];
    let fail = (): void => undefined;
    const first = turns.run('a', () => {
      log.push('a1');
      return new Promise<void>((_resolve, reject) => (fail = () => reject(new Error('no'))));
    });
    const second = turns.run('a', () => Promise.resolve(log.push('a2')));
    await turns.run('b', () => Promise.resolve(log.push('b1')));
    expect(log).toEqual(['a1', 'b1']);
    fail();
    await expect(first).rejects.toThrow('no');
    await second;
    expect(log).toEqual(['a1', 'b1', 'a2']);
  });
});
