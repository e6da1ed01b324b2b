import { describe, expect, it } from 'vitest';
import { casesToRun, LONG_PIECES, runCase, SCENES } from './crash-cases.js';
import { CrashWorld } from './crash-world.js';
import { SHAPES } from './samples.js';

describe('a client whose host fails it, or that is killed, at any operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    for (const crash of await casesToRun(SCENES, { count: 30, seed: 4 })) await runCase(SCENES, crash);
  });

  it.each([...SHAPES])(
    'hostile 47: of a copy to the folder that was cut short (%s) it goes by the original, and copies it again',
    async (_, sample) => {
      const world = await CrashWorld.open(1, { sample, isPublished: true });
      let torn: string | undefined;
      await world.live(({ name, target }) => {
        if (name !== 'file.publish' || !target.endsWith('.bin') || torn !== undefined) return undefined;
        torn = target;
        return { kind: 'tear' };
      });
      await world.proceed();
      await world.finish();
      expect(torn).toBeDefined();
    },
  );

  it('hostile 47: neither where pieces are too long for its memory', async () => {
    for (const crash of await casesToRun(LONG_PIECES, { count: 10, seed: 4 })) await runCase(LONG_PIECES, crash);
  });
});
