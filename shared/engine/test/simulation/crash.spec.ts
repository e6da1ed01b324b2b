import { describe, it } from 'vitest';
import { casesToRun, LONG_PIECES, runCase, SCENES } from './crash-cases.js';

describe('a client whose host fails it, or that is killed, at any operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    for (const crash of await casesToRun(SCENES, { count: 30, seed: 4 })) await runCase(SCENES, crash);
  });

  it('hostile 47: neither where pieces are too long for its memory', async () => {
    for (const crash of await casesToRun(LONG_PIECES, { count: 10, seed: 4 })) await runCase(LONG_PIECES, crash);
  });
});
