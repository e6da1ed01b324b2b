import { beforeEach, expect, it } from 'vitest';
import { UpdateGate } from '../../src/offscreen/update-gate.js';

let reloads: number;
let isPublishing: boolean;
let gate: UpdateGate;

beforeEach(() => {
  reloads = 0;
  isPublishing = false;
  gate = new UpdateGate({
    isPublishing: () => isPublishing,
    reload: () => {
      reloads++;
      return Promise.resolve();
    },
  });
});

it('takes an update at once when nothing is exported', () => {
  gate.updateAvailable();
  expect(reloads).toBe(1);
});

it('reloads for no other reason than an update', async () => {
  gate.check();
  await gate.during(() => Promise.resolve());
  expect(reloads).toBe(0);
});

it('waits for files that are being copied to a folder', () => {
  isPublishing = true;
  gate.updateAvailable();
  gate.check();
  expect(reloads).toBe(0);
  isPublishing = false;
  gate.check();
  gate.check();
  expect(reloads).toBe(1);
});

it('waits for the last of several exports, also for one that fails', async () => {
  const ends: ((isSaved: boolean) => void)[] = [];
  const exports = [0, 1].map(() =>
    gate.during(
      () =>
        new Promise<void>((resolve, reject) =>
          ends.push((isSaved) => (isSaved ? resolve() : reject(new Error('no space')))),
        ),
    ),
  );
  gate.updateAvailable();
  ends[0]?.(true);
  await exports[0];
  expect(reloads).toBe(0);
  ends[1]?.(false);
  await expect(exports[1]).rejects.toThrow('no space');
  expect(reloads).toBe(1);
});
