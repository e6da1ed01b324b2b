import { describe, expect, it } from 'vitest';
import { decodeProgressRecord } from '../../src/core/torrent-record.js';
import { concatBytes, equalBytes } from '../../src/utils/bytes.js';
import { SeededRandom } from '../mocks/index.js';
import { MortalProcess } from './mortal-process.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 16 * 1024;
const sample = makeTorrent({
  name: 'album',
  seed: 9,
  pieceLength: PIECE,
  files: { 'a.bin': 50_001, 'empty.txt': 0, 'b/b.bin': 49_999, 'c.bin': 350_000 },
});
const content = concatBytes([...sample.files.values()]);
const line = { uplinkBytesPerSecond: 100_000, downlinkBytesPerSecond: 100_000, latencyMs: 20 };
const KILLS_A_RUN = 20;

/** The pieces on record, whatever has become of the client. */
async function recordedPieces(node: SwarmNode): Promise<readonly number[]> {
  const bytes = await node.store.get(`progress/${sample.id}`);
  return [...((bytes && decodeProgressRecord(bytes).verified) ?? [])];
}

/** What lies where the torrent's bytes should be; zeros where there is nothing. */
async function contentOnDisk({ fileSystem }: SwarmNode): Promise<Uint8Array> {
  const files = [];
  for (const [path, { length }] of sample.files) {
    const whole = new Uint8Array(length);
    if (await fileSystem.stat(path)) whole.set(fileSystem.readFile(path).subarray(0, length));
    files.push(whole);
  }
  return concatBytes(files);
}

const pieceOf = (bytes: Uint8Array, index: number) => bytes.subarray(index * PIECE, (index + 1) * PIECE);

/** Downloads with a client that is killed again and again, then lets it finish. Counts its deaths, and the pieces it found on record after them. */
async function run(seed: number): Promise<{ readonly kills: number; readonly kept: number }> {
  const swarm = new VirtualSwarm(seed);
  const random = new SeededRandom(seed);
  const source = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(source, sample);
  const host = swarm.network.host('10.0.1.1', line);
  let earlier: SwarmNode | undefined;
  let kills = 0;
  let kept = 0;
  for (let life = 0; life <= KILLS_A_RUN; life++) {
    const accesses = life === KILLS_A_RUN ? Infinity : 1 + random.integer(24);
    const cut = (['before', 'within', 'after'] as const)[random.integer(3)] ?? 'before';
    const process = new MortalProcess(swarm.clock, host, accesses, cut);
    const recorded = earlier ? await recordedPieces(earlier) : [];
    const node = await swarm.node('10.0.1.1', { sockets: host, process, ...(earlier && { earlier }) });
    earlier = node;
    if (!process.isOver && !node.client.get(sample.id)) void node.client.add({ metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => process.isOver || ['downloading', 'seeding'].includes(stateOf(node)));
    const have = [...(node.client.get(sample.id)?.content?.downloader.pieces.have ?? [])];
    if (!process.isOver) {
      expect(have).toEqual(expect.arrayContaining([...recorded]));
      kept += recorded.length;
    }
    const onDisk = await contentOnDisk(node);
    expect(have.filter((index) => !equalBytes(pieceOf(onDisk, index), pieceOf(content, index)))).toEqual([]);
    await swarm.clock.runUntil(() => process.isOver || stateOf(node) === 'seeding');
    if (!process.isOver) {
      process.spare();
      break;
    }
    kills++;
  }
  expect(earlier && hasAllFiles(earlier, sample)).toBe(true);
  await swarm.close([source, ...(earlier ? [earlier] : [])]);
  return { kills, kept };
}

const stateOf = (node: SwarmNode) => node.client.get(sample.id)?.state.kind ?? '';

describe('a client that is killed between any two writes', () => {
  it('hostile 47: loses no recorded piece, believes no wrong one, and completes', async () => {
    let kills = 0;
    let kept = 0;
    for (let seed = 1; kills < 200; seed++) {
      const outcome = await run(seed);
      kills += outcome.kills;
      kept += outcome.kept;
    }
    expect(kept).toBeGreaterThan(200);
  });
});
