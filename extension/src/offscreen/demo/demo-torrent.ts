import { createInfo, encodeMetainfo, type IHasher } from '@jstorrent/engine';
import { pluckedStrings } from './plucked-strings.js';

/** What the files of {@link createDemoTorrent} come to. A new content is a new torrent: then this changes too. */
export const DEMO_ID = '1f43c190b12d5efcf0c3ddb0a7e3660827e40606';

const NAME = 'JSTorrent demo';
const PIECE_BYTES = 32 * 1024;
const WELCOME = `This is the demo of JSTorrent.

These two files came from a peer inside the extension, without any network. All else is real: the handshake, the
requests, the blocks, and the SHA-1 of every piece, which was checked before it was written to your disk.

Remove the demo from the list whenever you like.
`;

/** The torrent that needs no network, and all its bytes. */
export interface DemoTorrent {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  readonly metainfo: Uint8Array;
  readonly content: Uint8Array;
  readonly pieceBytes: number;
}

export async function createDemoTorrent(hasher: IHasher): Promise<DemoTorrent> {
  const files = [
    { path: ['Plucked strings.wav'], bytes: pluckedStrings() },
    { path: ['Welcome.txt'], bytes: new TextEncoder().encode(WELCOME) },
  ];
  const content = concatenate(files.map(({ bytes }) => bytes));
  const digests: Uint8Array[] = [];
  for (let begin = 0; begin < content.length; begin += PIECE_BYTES) {
    digests.push((await hasher.sha1(content.slice(begin, begin + PIECE_BYTES))).digest);
  }
  const info = createInfo({
    name: NAME,
    pieceLength: PIECE_BYTES,
    pieces: concatenate(digests),
    content: { files: files.map(({ path, bytes }) => ({ path, length: bytes.length })) },
    // Nobody is to be asked for it, in no way.
    isPrivate: true,
  });
  const { digest: infoHash } = await hasher.sha1(info.slice());
  return { infoHash, metainfo: encodeMetainfo({ info }), content, pieceBytes: PIECE_BYTES };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
