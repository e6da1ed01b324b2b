import { describe, it } from 'vitest';
import { casesToRun, runCase, SCENES } from './crash-cases.js';

describe('a client whose host fails it, or that is killed, at any operation', () => {
  it('hostile 47: loses no verified piece, believes and serves no wrong one, and completes', async () => {
    for (const crash of await casesToRun(SCENES, { count: 30, seed: 4 })) await runCase(SCENES, crash);
  });
});
