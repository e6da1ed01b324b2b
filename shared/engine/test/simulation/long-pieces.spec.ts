import { describe, expect, it } from 'vitest';
import { ASIDE_FOLDER } from '../../src/core/aside-folders.js';
import { BLOCK_LENGTH } from '../../src/core/piece-layout.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import type { Torrent } from '../../src/core/torrent.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { hasAllFiles, makeTorrent, type SampleTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
const SECTION = 4 * BLOCK_LENGTH;
const PIECE = 16 * SECTION;
/** As with pieces of 32 MiB, in small. */
const sections = { maxWholePieceBytes: PIECE / 2, sectionBytes: SECTION };
const LENGTH = 2 * PIECE + 300_000;
const film = makeTorrent({ name: 'film', seed: 3, pieceLength: PIECE, files: { 'film.bin': LENGTH } });
const series = makeTorrent({ name: 'series', seed: 5, pieceLength: PIECE, files: { 'one.bin': 9 * PIECE + 77 } });
/** What the client leaves to its host. */
const RESERVED_BYTES = 16 * 1024 * 1024;
const scratchOf = ({ id }: SampleTorrent) => `${ASIDE_FOLDER}/${id}/scratch`;

const the = (node: SwarmNode, { id }: SampleTorrent = film): Torrent => node.client.get(id) as Torrent;

async function setUp(sample = film, seedCount = 1) {
  const swarm = new VirtualSwarm(1);
  const seeds: SwarmNode[] = [];
  for (let number = 1; number <= seedCount; number++) {
    const seed = await swarm.node(`10.0.0.${number}`, { ...line, sections });
    await swarm.seedFrom(seed, sample);
    seeds.push(seed);
  }
  return { swarm, seeds };
}

/** What came in twice, or was on its way when nobody wanted it any more. */
const excess = (node: SwarmNode) => the(node).snapshot().downloadedBytes - LENGTH;

/** Sees how long the longest buffer is that goes to or from a file. */
class Measuring extends FaultInjector {
  longestBytes = 0;

  override files(fileSystem: IFileSystem): IFileSystem {
    const see = <T extends Uint8Array>(bytes: T): T => {
      this.longestBytes = Math.max(this.longestBytes, bytes.buffer.byteLength);
      return bytes;
    };
    return {
      open: async (path, mode) => {
        const handle = await fileSystem.open(path, mode);
        return {
          read: (position, into) => handle.read(position, see(into)),
          write: (position, data) => handle.write(position, see(data)),
          truncate: (size) => handle.truncate(size),
          flush: () => handle.flush(),
          close: () => handle.close(),
        };
      },
      stat: (path) => fileSystem.stat(path),
      list: (path) => fileSystem.list(path),
      createDirectory: (path) => fileSystem.createDirectory(path),
      remove: (path) => fileSystem.remove(path),
      removeTree: (path) => fileSystem.removeTree(path),
      rename: (from, to) => fileSystem.rename(from, to),
    };
  }
}

describe('pieces too long for the memory', () => {
  it('go to disk section by section, to their file once they are right, and are rechecked so', async () => {
    const { swarm, seeds } = await setUp(film, 3);
    const faults = new Measuring({ clock: swarm.clock, plan: () => undefined });
    const leech = await swarm.node('10.0.1.1', { ...line, sections, faults });
    const torrent = await swarm.add(leech, { metainfo: film.metainfo });
    await swarm.clock.advance(700);
    expect(leech.fileSystem.readFile(scratchOf(film)).length).toBeGreaterThan(SECTION);
    expect(await leech.fileSystem.stat('film')).toBeUndefined();
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, film)).toBe(true);
    await swarm.clock.advance(100);
    expect(await leech.fileSystem.stat(ASIDE_FOLDER)).toBeUndefined();
    expect(faults.longestBytes).toBe(SECTION);
    faults.longestBytes = 0;
    torrent.recheck();
    await swarm.clock.advance(1000);
    expect(torrent.state.kind).toBe('seeding');
    expect(faults.longestBytes).toBe(SECTION);
    expect(excess(leech)).toBeLessThan(20 * BLOCK_LENGTH);
    await swarm.close([...seeds, leech]);
  });

  it('are gone on with after a stop and after a restart: no block is downloaded again', async () => {
    const { swarm, seeds } = await setUp();
    const leech = await swarm.node('10.0.1.1', { ...line, sections });
    const torrent = await swarm.add(leech, { metainfo: film.metainfo });
    await swarm.clock.advance(3000);
    await swarm.clock.settle(torrent.stop());
    torrent.start();
    await swarm.clock.advance(6000);
    await swarm.close([leech]);
    const later = await swarm.node('10.0.1.2', { ...line, sections, earlier: leech });
    await swarm.complete([the(later)]);
    expect(hasAllFiles(later, film)).toBe(true);
    // What was on the line at each end.
    expect(excess(later)).toBeLessThan(2 * 16 * BLOCK_LENGTH);
    await swarm.close([...seeds, later]);
  });

  it('hostile 47: lose no more than the sections that were open when the client was killed', async () => {
    const { swarm, seeds } = await setUp();
    const faults = new FaultInjector({ clock: swarm.clock, plan: () => undefined });
    const leech = await swarm.node('10.0.1.1', { ...line, sections, faults });
    await swarm.add(leech, { metainfo: film.metainfo });
    await swarm.clock.advance(4000);
    const before = the(leech).snapshot().downloadedBytes;
    expect(before).toBeGreaterThan(4 * SECTION);
    faults.die();
    await swarm.clock.advance(200_000);
    const later = await swarm.node('10.0.1.2', { ...line, sections, earlier: leech });
    const sentBefore = the(seeds[0] as SwarmNode).snapshot().uploadedBytes;
    await swarm.complete([the(later)]);
    expect(hasAllFiles(later, film)).toBe(true);
    const sentAgain = the(seeds[0] as SwarmNode).snapshot().uploadedBytes - sentBefore - (LENGTH - before);
    expect(sentAgain).toBeLessThan(3 * SECTION);
    await swarm.close([...seeds, later]);
  });

  it('hostile 50: wait on a full disk, and are gone on with when there is room, without a block again', async () => {
    const { swarm, seeds } = await setUp();
    const leech = await swarm.node('10.0.1.1', { ...line, sections });
    const torrent = await swarm.add(leech, { metainfo: film.metainfo });
    await swarm.clock.advance(3000);
    leech.fileSystem.capacityBytes = leech.fileSystem.usedBytes;
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    await swarm.clock.advance(1000);
    leech.fileSystem.capacityBytes = Infinity;
    torrent.start();
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, film)).toBe(true);
    // The sections that could not be kept, and what was on the line.
    expect(excess(leech)).toBeLessThan(3 * SECTION);
    await swarm.close([...seeds, leech]);
  });

  it.each([
    [0, 'disk-full'],
    [PIECE, 'seeding'],
    [8 * PIECE, 'seeding'],
  ])(
    'hostile 50: with %d bytes of disk beside their files: %s, told before anything is downloaded',
    async (besideBytes, end) => {
      const { swarm, seeds } = await setUp(series, 3);
      const length = series.content.length;
      const capacityBytes = RESERVED_BYTES + length + besideBytes;
      const leech = await swarm.node('10.0.1.1', { ...line, sections, capacityBytes, tellsRoom: true });
      const torrent = await swarm.add(leech, { metainfo: series.metainfo });
      if (end === 'disk-full') {
        await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
        const room = { neededBytes: length + PIECE, freeBytes: length };
        expect(torrent.state).toMatchObject({ problem: { code: end, room } });
        expect(torrent.snapshot().downloadedBytes).toBe(0);
        leech.fileSystem.capacityBytes += PIECE;
      }
      await swarm.clock.runUntil(() => torrent.state.kind === 'downloading');
      let mostKept = 0;
      await swarm.clock.runUntil(() => {
        mostKept = Math.max(mostKept, torrent.content?.disk.scratchPieces ?? 0);
        return torrent.state.kind !== 'downloading';
      });
      expect(torrent.state.kind).toBe('seeding');
      expect(hasAllFiles(leech, series)).toBe(true);
      // Without need no piece waits for another.
      expect(mostKept > 1).toBe(besideBytes > PIECE);
      await swarm.close([...seeds, leech]);
    },
  );

  it('that unwanted files share are kept aside, seeded and brought back section by section', async () => {
    const files = { 'a.bin': PIECE + 100_000, 'b.bin': PIECE, 'c.bin': PIECE - 50_000 };
    const album = makeTorrent({ name: 'album', seed: 4, pieceLength: PIECE, files });
    const { swarm, seeds } = await setUp(album);
    const faults = new Measuring({ clock: swarm.clock, plan: () => undefined });
    const leech = await swarm.node('10.0.1.1', { ...line, sections, faults });
    const torrent = await swarm.add(leech, { metainfo: album.metainfo }, { wantedFiles: [1] });
    await swarm.complete([torrent]);
    expect((await leech.fileSystem.list('album')).map(({ name }) => name)).toEqual(['b.bin']);
    expect([...(torrent.content?.downloader.pieces.have ?? [])]).toEqual([1, 2]);
    torrent.choose({ priorities: [{ priority: 4, fileIndices: [0, 2] }] });
    await swarm.clock.runUntil(() => torrent.state.kind === 'downloading');
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, album)).toBe(true);
    expect(faults.longestBytes).toBe(SECTION);
    await swarm.close([...seeds, leech]);
  });
});
