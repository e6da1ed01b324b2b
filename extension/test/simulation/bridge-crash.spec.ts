import { casesToRun, runCase } from '@jstorrent/engine/crashes';
import { describe, it } from 'vitest';
import { BRIDGE_SCENES } from './bridge-scenes.js';

describe('a client behind a bridge of which any frame may fail, stall, tear or be the last', () => {
  it('hostile 51: ends every call and socket, loses no verified piece, believes and serves no wrong one, and completes', async () => {
    for (const crash of await casesToRun(BRIDGE_SCENES, { count: 20, seed: 3 })) await runCase(BRIDGE_SCENES, crash);
  });
});
