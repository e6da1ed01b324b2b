import { expect } from 'vitest';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const MIB = 1024 * 1024;
/** What the client leaves to its host. */
export const RESERVED_BYTES = 16 * MIB;
export const PIECE = 16_384;
export const PART = 4 * PIECE;
export const line = { uplinkBytesPerSecond: 400_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
export const FILM = 'films/film.mkv';
/** The film begins and ends amid a piece, and has room nowhere as a whole. */
export const sample = makeTorrent({
  name: 'films',
  seed: 12,
  pieceLength: PIECE,
  files: { 'a.txt': 20_000, 'film.mkv': 40 * PIECE + 77, 'z.txt': 30_000 },
});
export const FILM_INDEX = 1;
export const ROOM = 10 * PIECE;

/** A seed of the torrent, and a client whose disk has less room than the film needs; its folder has enough. */
export async function setUp(options: { readonly roomBytes?: number } = {}) {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock });
  const capacityBytes = RESERVED_BYTES + (options.roomBytes ?? ROOM);
  let lives = 0;
  let mostUsedBytes = 0;
  const start = async (earlier?: SwarmNode) => {
    const own = { ...line, folder, capacityBytes, tellsRoom: true, partBytes: PART };
    const node = await swarm.node(`10.0.1.${++lives}`, { ...own, ...(earlier && { earlier }) });
    node.client.on('torrentChanged', () => {
      mostUsedBytes = Math.max(mostUsedBytes, node.fileSystem.usedBytes);
    });
    return node;
  };
  const partsInFolder = async () =>
    (await folder.contents.stat(`.jstorrent/${sample.id}`)) ? folder.contents.list(`.jstorrent/${sample.id}`) : [];
  const expectDone = async (node: SwarmNode) => {
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['films']);
    await swarm.close([node, seed]);
    expect(node.fileSystem.usedBytes).toBe(0);
    expect(await node.fileSystem.list('')).toEqual([]);
  };
  return { swarm, clock, seed, folder, start, partsInFolder, expectDone, mostUsedBytes: () => mostUsedBytes };
}
