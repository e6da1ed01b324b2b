import { sha1 } from '@noble/hashes/legacy.js';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/utils/bytes.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const sample = makeTorrent({ name: 'film.bin', seed: 50, pieceLength: 32 * 1024, files: { 'film.bin': 2_000_000 } });

/** One seed and `leeches` leeches on lines like a home's; the outcome as a text that any difference changes. */
async function run(options: { readonly seed: number; readonly leeches: number }): Promise<string> {
  const swarm = new VirtualSwarm(options.seed);
  const line = { uplinkBytesPerSecond: 500_000, downlinkBytesPerSecond: 4_000_000, latencyMs: 30, lossRate: 0.001 };
  const seed = await swarm.node('10.0.0.1', { ...line, uplinkBytesPerSecond: 2_000_000 });
  await swarm.seedFrom(seed, sample);
  const nodes = [];
  const torrents = [];
  for (let index = 0; index < options.leeches; index++) {
    const node = await swarm.node(`10.0.1.${index + 1}`, line);
    nodes.push(node);
    torrents.push(await swarm.add(node, { metainfo: sample.metainfo }));
  }
  await swarm.complete(torrents);
  const finishedAt = swarm.clock.now();
  for (const node of nodes) expect(hasAllFiles(node, sample)).toBe(true);
  const statistics = torrents.map((torrent) => {
    const { downloadedBytes, uploadedBytes, wastedBytes } = torrent.snapshot();
    return { downloadedBytes, uploadedBytes, wastedBytes };
  });
  await swarm.close([seed, ...nodes]);
  return JSON.stringify({ finishedAt, statistics });
}

describe('fifty peers', () => {
  it('share a torrent, and nearly every byte received is useful', async () => {
    let received = 0;
    // One run or another wastes a percent more or less by chance.
    const seeds = [1, 2, 3];
    for (const seed of seeds) {
      const outcome = JSON.parse(await run({ seed, leeches: 49 })) as {
        finishedAt: number;
        statistics: { downloadedBytes: number; wastedBytes: number }[];
      };
      received += outcome.statistics.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0);
      // The seed alone, at 2 MB/s, would need 49 s for 49 copies: the leeches serve each other.
      expect(outcome.finishedAt).toBeLessThan(49_000);
    }
    expect((seeds.length * 49 * 2_000_000) / received).toBeGreaterThan(0.97);
  });

  it('do exactly the same again for the same seed, and something else for another', async () => {
    const fingerprint = async (seed: number) => toHex(sha1(new TextEncoder().encode(await run({ seed, leeches: 9 }))));
    const first = await fingerprint(3);
    expect(await fingerprint(3)).toBe(first);
    expect(await fingerprint(4)).not.toBe(first);
  });
});
