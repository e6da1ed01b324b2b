import { describe, expect, it } from 'vitest';
import { StagedFiles } from '../../src/core/staged-files.js';
import type { Torrent } from '../../src/core/torrent.js';
import { concatBytes, equalBytes } from '../../src/utils/bytes.js';
import { SHAPES } from '../simulation/samples.js';
import type { SampleTorrent } from '../simulation/virtual-swarm.js';
import { startClient, startSeed, type TransferClient, type TransferWorld } from './transfer-worlds.js';

const BEGINNINGS = ['nothing', 'partial', 'corrupt', 'complete'] as const;
const INTERRUPTIONS = ['pause', 'restart', 'kill -9'] as const;

type Beginning = (typeof BEGINNINGS)[number];
type Interruption = (typeof INTERRUPTIONS)[number];

const cells = [...SHAPES.keys()].flatMap((shape) =>
  BEGINNINGS.flatMap((beginning) => INTERRUPTIONS.map((interruption) => [shape, beginning, interruption] as const)),
);

/** Puts on the leecher's disk what it is to find there. */
async function prepare(world: TransferWorld, sample: SampleTorrent, beginning: Beginning): Promise<void> {
  if (beginning === 'nothing') return;
  for (const { path, length, isPadding } of sample.layout) {
    const bytes = Uint8Array.from(isPadding ? new Uint8Array(length) : (sample.files.get(path) ?? []));
    const middle = Math.floor(length / 2);
    if (beginning === 'corrupt' && length > 0) bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await world.write('leech', path, beginning === 'partial' ? bytes.subarray(0, middle) : bytes);
  }
}

/** The pieces that are right on the leecher's disk; what is missing reads as zeros. */
async function piecesOnDisk(world: TransferWorld, sample: SampleTorrent): Promise<readonly number[]> {
  const parts = sample.layout.map(async ({ path, length }) => {
    const whole = new Uint8Array(length);
    whole.set((await world.read('leech', path)) ?? []);
    return whole;
  });
  const disk = concatBytes(await Promise.all(parts));
  const piece = (bytes: Uint8Array, index: number) =>
    bytes.subarray(index * sample.pieceLength, (index + 1) * sample.pieceLength);
  const indices = Array.from({ length: Math.ceil(disk.length / sample.pieceLength) }, (_, index) => index);
  return indices.filter((index) => equalBytes(piece(disk, index), piece(sample.content, index)));
}

async function differingFiles(
  world: TransferWorld,
  sample: SampleTorrent,
  torrent: Torrent,
): Promise<readonly string[]> {
  const differing: string[] = [];
  const indices = new Map(sample.layout.map(({ path }, index) => [path, index]));
  for (const [path, bytes] of sample.files) {
    const found = await world.read('leech', placeOf(torrent, indices.get(path) ?? -1) ?? path);
    if (!found || !equalBytes(found, bytes)) differing.push(path);
  }
  return differing;
}

/** In a folder, a file that was none of ours keeps its name. */
function placeOf({ content }: Torrent, fileIndex: number): string | undefined {
  return content?.fileSystem instanceof StagedFiles ? content.fileSystem.folderPath(fileIndex) : undefined;
}

/** In a folder, what lies there is what the user says to have already. */
async function add(world: TransferWorld, { client }: TransferClient, sample: SampleTorrent, beginning: Beginning) {
  const { root } = world;
  const isToBeFound = root !== 'default' && beginning !== 'nothing';
  const { torrent } = await world.settle(client.add({ metainfo: sample.metainfo }, { root, start: !isToBeFound }));
  if (!isToBeFound) return torrent;
  const [top = ''] = sample.layout[0]?.path.split('/') ?? [];
  await world.settle(client.places.relocate(sample.id, { root, path: top }));
  torrent.start();
  return torrent;
}

const have = (torrent: Torrent) => [...(torrent.content?.downloader.pieces.have ?? [])];
const isSeeding = (torrent: Torrent) => torrent.state.kind === 'seeding';

/** Runs one cell; resolves with the torrent as it was after the interruption, once it is complete. */
async function transfer(world: TransferWorld, sample: SampleTorrent, beginning: Beginning, interruption: Interruption) {
  await prepare(world, sample, beginning);
  const right = await piecesOnDisk(world, sample);
  const seed = await startSeed(world, sample);
  let life = await startClient(world, 'leech');
  let torrent = await add(world, life, sample, beginning);
  await world.until(() => torrent.state.kind === 'downloading' || isSeeding(torrent));
  expect(have(torrent)).toEqual(right);

  // As soon as one piece more is here, if one is missing.
  torrent.addPeer(seed.endpoint, 'manual');
  await world.until(() => isSeeding(torrent) || have(torrent).length > right.length);
  const before = have(torrent);
  ({ life, torrent } = await interrupt(world, life, torrent, interruption));
  await world.until(() => torrent.state.kind === 'downloading' || isSeeding(torrent));
  expect(have(torrent)).toEqual(expect.arrayContaining(before));

  torrent.addPeer(seed.endpoint, 'manual');
  await world.until(() => isSeeding(torrent));
  expect(await differingFiles(world, sample, torrent)).toEqual([]);
  if (beginning === 'complete') expect(torrent.snapshot().downloadedBytes).toBe(0);
  await world.settle(Promise.all([life.client.close(), seed.client.close()]));
  expect({ files: life.faults.openFiles }).toEqual({ files: 0 });
}

async function interrupt(
  world: TransferWorld,
  life: TransferClient,
  torrent: Torrent,
  interruption: Interruption,
): Promise<{ life: TransferClient; torrent: Torrent }> {
  if (interruption === 'pause') {
    await world.settle(torrent.stop());
    torrent.start();
    return { life, torrent };
  }
  if (interruption === 'restart') await world.settle(life.client.close());
  else life.faults.die();
  const next = await startClient(world, 'leech');
  const restored = next.client.get(torrent.id);
  if (!restored) throw new Error('the torrent was forgotten');
  return { life: next, torrent: restored };
}

/** What a download begins with, how it is interrupted and what shape it has, in every combination, in the worlds that `open` makes. */
export function describeTransfers(name: string, open: () => Promise<TransferWorld>): void {
  describe(`on ${name}`, () => {
    it.each(cells)('%s, beginning with %s, through %s', async (shape, beginning, interruption) => {
      const sample = SHAPES.get(shape);
      if (!sample) throw new Error(`no shape ${shape}`);
      const world = await open();
      try {
        await transfer(world, sample, beginning, interruption);
      } finally {
        await world.close();
      }
    });
  });
}
