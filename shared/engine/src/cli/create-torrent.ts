import type { IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';
import { choosePieceLength, createInfo, encodeMetainfo } from '../protocol/metainfo-encoder.js';
import { CliError } from './cli-error.js';

const HASH_BYTES = 20;

interface FoundFile {
  /** Elements below the torrent's folder. */
  readonly path: readonly string[];
  readonly length: number;
}

/**
 * Makes a v1 .torrent of the file or folder `name` in `folder`: the info dictionary and the whole file. Reads every byte once, a piece
 * at a time. Throws {@link CliError} when there is nothing to share.
 */
export async function createTorrent(options: {
  readonly folder: IFileSystem;
  readonly name: string;
  readonly hasher: IHasher;
  readonly trackers: readonly string[];
  /** Seconds since 1970. */
  readonly creationDate: number;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}): Promise<{ readonly info: Uint8Array; readonly metainfo: Uint8Array }> {
  const { folder, name } = options;
  const stat = await folder.stat(name);
  if (!stat) throw new CliError('failed', `${name}: no such file or folder`);
  const files = stat.isDirectory ? await filesBelow(folder, name) : [{ path: [], length: stat.size }];
  const totalBytes = files.reduce((sum, { length }) => sum + length, 0);
  if (totalBytes === 0) throw new CliError('failed', `${name}: there are no bytes to share`);
  const pieceLength = choosePieceLength(totalBytes);
  const pieces = await hashPieces({ ...options, files, totalBytes, pieceLength });
  const content = stat.isDirectory ? { files } : { length: totalBytes };
  const info = createInfo({ name, pieceLength, pieces, content, isPrivate: false });
  const metainfo = encodeMetainfo({
    info,
    announceTiers: options.trackers.map((tracker) => [tracker]),
    createdBy: 'JSTorrent',
    creationDate: options.creationDate,
  });
  return { info, metainfo };
}

async function filesBelow(folder: IFileSystem, name: string, below: readonly string[] = []): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await folder.list([name, ...below].join('/'))) {
    const path = [...below, entry.name];
    if (entry.isDirectory) {
      found.push(...(await filesBelow(folder, name, path)));
    } else {
      const stat = await folder.stat([name, ...path].join('/'));
      // A link to a folder is not followed: it may lead in a circle.
      if (stat && !stat.isDirectory) found.push({ path, length: stat.size });
    }
  }
  return found;
}

async function hashPieces(options: {
  readonly folder: IFileSystem;
  readonly name: string;
  readonly hasher: IHasher;
  readonly files: readonly FoundFile[];
  readonly totalBytes: number;
  readonly pieceLength: number;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}): Promise<Uint8Array> {
  const { folder, name, hasher, files, totalBytes, pieceLength, onProgress } = options;
  const hashes = new Uint8Array(Math.ceil(totalBytes / pieceLength) * HASH_BYTES);
  let piece = new Uint8Array(pieceLength);
  let filled = 0;
  let done = 0;
  const finishPiece = async () => {
    const { digest, data } = await hasher.sha1(piece.subarray(0, filled));
    hashes.set(digest, Math.floor((done - 1) / pieceLength) * HASH_BYTES);
    piece = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, filled);
    filled = 0;
    onProgress(done, totalBytes);
  };
  for (const { path, length } of files) {
    if (length === 0) continue;
    const place = [name, ...path].join('/');
    const handle = await folder.open(place, 'read');
    try {
      let extent = new Uint8Array(Math.min(pieceLength, length));
      for (let position = 0; position < length;) {
        const wanted = Math.min(pieceLength - filled, length - position);
        const { buffer, bytesRead } = await handle.read(position, extent.subarray(0, wanted));
        if (bytesRead < wanted) throw new CliError('failed', `${place} became shorter while it was read`);
        piece.set(buffer, filled);
        extent = new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset);
        filled += wanted;
        position += wanted;
        done += wanted;
        if (filled === pieceLength || done === totalBytes) await finishPiece();
      }
    } finally {
      await handle.close();
    }
  }
  return hashes;
}
