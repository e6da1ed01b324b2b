import { createHash } from 'node:crypto';
import {
  Client,
  createInfo,
  encodeMetainfo,
  FileSystemError,
  type IFileSystem,
  trackerFactory,
} from '@jstorrent/engine';
import {
  NodeClock,
  NodeHasher,
  NodeHttpClient,
  NodeRandom,
  NodeSocketFactory,
} from '../../shared/engine/src/io/node/index.js';
import { MemorySessionStore, SilentLogger } from '../../shared/engine/test/mocks/index.js';

const PIECE_BYTES = 4 * 1024 * 1024;
/** So many pieces differ; then they repeat, so that hashing them all takes no time. */
const PATTERNS = 8;

/** What byte a piece consists of. */
export const byteOf = (position: number): number => 1 + (Math.floor(position / PIECE_BYTES) % PATTERNS);

/** A torrent of any size whose pieces nobody has to have hashed. */
export function describeHuge(name: string, files: readonly { readonly path: string; readonly length: number }[]) {
  const totalLength = files.reduce((sum, { length }) => sum + length, 0);
  const pieceCount = Math.ceil(totalLength / PIECE_BYTES);
  const hashes = Array.from({ length: PATTERNS }, (_, at) => hashOf(at * PIECE_BYTES, PIECE_BYTES));
  const pieces = Buffer.concat(Array.from({ length: pieceCount }, (_, at) => hashes[at % PATTERNS] as Uint8Array));
  const last = (pieceCount - 1) * PIECE_BYTES;
  pieces.set(hashOf(last, totalLength - last), pieces.length - 20);
  const content = { files: files.map(({ path, length }) => ({ path: [path], length })) };
  const info = createInfo({ name, pieceLength: PIECE_BYTES, pieces, content, isPrivate: false });
  const infoHash = createHash('sha1').update(info).digest('hex');
  return { infoHash, metainfo: encodeMetainfo({ info }), magnet: `magnet:?xt=urn:btih:${infoHash}`, pieceCount };
}

function hashOf(position: number, length: number): Uint8Array {
  return createHash('sha1')
    .update(Buffer.alloc(length, byteOf(position)))
    .digest();
}

/** Files that exist only while they are read. */
class PatternFileSystem implements Pick<IFileSystem, 'open' | 'stat' | 'list'> {
  constructor(private readonly offsets: ReadonlyMap<string, number>) {}

  open(path: string) {
    const offset = this.offsets.get(path) ?? 0;
    const refuse = () => Promise.reject(new Error('read only'));
    return Promise.resolve({
      read: (position: number, into: Uint8Array) => {
        for (let done = 0; done < into.length;) {
          const at = offset + position + done;
          const end = Math.min(into.length, done + PIECE_BYTES - (at % PIECE_BYTES));
          into.fill(byteOf(at), done, end);
          done = end;
        }
        return Promise.resolve({ buffer: into, bytesRead: into.length });
      },
      write: refuse,
      truncate: refuse,
      flush: refuse,
      close: () => Promise.resolve(),
    });
  }

  /** Nothing, so that nothing is hashed: the seeder says itself what it has. */
  stat(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  list(path: string): Promise<readonly never[]> {
    return Promise.reject(new FileSystemError('not-found', path, 'there are no folders'));
  }
}

/** Seeds these pieces of a huge torrent, out of nothing. */
export async function seedHuge(
  torrent: { readonly metainfo: Uint8Array },
  files: readonly { readonly path: string; readonly length: number }[],
  folder: string,
  pieces: readonly number[],
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const clock = new NodeClock();
  const random = new NodeRandom();
  let offset = 0;
  const offsets = new Map(files.map(({ path, length }) => [`${folder}/${path}`, (offset += length) - length]));
  const client = new Client({
    sockets: new NodeSocketFactory(),
    hasher: new NodeHasher(),
    clock,
    random,
    store: new MemorySessionStore(),
    logger: new SilentLogger(),
    roots: new Map([['default', { kind: 'direct', files: new PatternFileSystem(offsets) as unknown as IFileSystem }]]),
    createTrackers: trackerFactory({ http: new NodeHttpClient({ allowAddress: () => true }), clock, random }),
    settings: { allowLocalPeers: true, enableDht: false, enableLsd: false, enablePex: false },
    version: '0.1.0',
  });
  await client.start();
  const { torrent: seeding } = await client.add({ metainfo: torrent.metainfo });
  while (seeding.state.kind !== 'downloading') {
    if (seeding.state.kind === 'failed') throw new Error(seeding.state.problem.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const index of pieces) seeding.content?.markHave(index);
  return { port: client.snapshot().listenPort ?? 0, stop: () => client.close() };
}
