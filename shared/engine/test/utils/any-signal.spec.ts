import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withAnySignal } from '../../src/utils/any-signal.js';

const listeners = (...controllers: readonly AbortController[]) =>
  controllers.map(({ signal }) => getEventListeners(signal, 'abort').length);

describe('withAnySignal', () => {
  it.each([0, 1])('aborts with signal %i, for its reason', async (which) => {
    const controllers = [new AbortController(), new AbortController()] as const;
    const reason = new Error('enough');
    const operation = withAnySignal([controllers[0].signal, undefined, controllers[1].signal], async (signal) => {
      expect(signal.aborted).toBe(false);
      controllers[which as 0 | 1].abort(reason);
      await Promise.resolve();
      signal.throwIfAborted();
    });
    await expect(operation).rejects.toBe(reason);
    expect(listeners(...controllers)).toEqual([0, 0]);
  });

  it('is aborted from the beginning when one of them is', async () => {
    const controllers = [new AbortController(), new AbortController()] as const;
    controllers[1].abort('before');
    const reason = await withAnySignal([controllers[0].signal, controllers[1].signal], (signal) =>
      Promise.resolve<unknown>(signal.aborted && signal.reason),
    );
    expect(reason).toBe('before');
    expect(listeners(...controllers)).toEqual([0, 0]);
  });

  it('leaves nothing on them, however the operation ends', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await withAnySignal([signal], () => Promise.resolve(listeners(controller)))).toEqual([1]);
    const failure = new Error('failed');
    await expect(withAnySignal([signal], () => Promise.reject(failure))).rejects.toBe(failure);
    const thrown = withAnySignal([signal], () => {
      throw failure;
    });
    await expect(thrown).rejects.toBe(failure);
    expect(listeners(controller)).toEqual([0]);
  });
});
