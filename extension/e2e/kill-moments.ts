import { SeededRandom } from '@jstorrent/engine/testing';
import { expect } from 'vitest';
import type { Lab } from '../../shared/engine/test/interop/lab.js';
import type { ExtensionBrowser, RpcPage } from './harness.js';
import { SlowDownload } from './slow-download.js';

/** From the first sight of the restored torrent to its death. */
const LONGEST_LIFE_MS = 2_000;
/** What all lives together can download is less. */
const BYTES_PER_KILL = 900_000;

/** Kills the browser so many times at random moments of one download; what was verified stays, and hardly anything comes twice: told is how much. */
export async function killAgainAndAgain(
  lab: Lab,
  options: { readonly kills: number; readonly seed: number },
): Promise<{ readonly repeatedBytes: number }> {
  const { kills, seed } = options;
  const random = new SeededRandom(seed);
  const totalBytes = (kills + 1) * BYTES_PER_KILL;
  const slow = await SlowDownload.open(lab, { name: `killed-${seed}`, totalBytes });
  try {
    let { browser, rpc }: { browser: ExtensionBrowser; rpc: RpcPage } = await slow.start();
    for (let kill = 1; kill <= kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, random.integer(LONGEST_LIFE_MS)));
      const before = await slow.doneBytes(rpc);
      browser = await slow.killAndRelaunch(browser, 'registered');
      rpc = await browser.openRpc();
      const after = await rpc.waitForTorrent(slow.infoHash, ({ state }) => state.kind === 'downloading');
      expect({ seed, kill, isLost: after.wantedDoneBytes < before }).toEqual({ seed, kill, isLost: false });
    }
    await slow.expectWholeFile(rpc);
    return { repeatedBytes: await slow.expectHardlyAnythingTwice({ interruptions: kills }) };
  } finally {
    await slow.close();
  }
}
