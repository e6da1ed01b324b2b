import type { Rpc } from '../../rpc/client.js';
import { READ_CHUNK_BYTES, type FileSnapshot } from '../../rpc/types.js';

/** Where a saved file goes; the part of `FileSystemWritableFileStream` that is used. */
export interface SaveTarget {
  write(data: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface SaveOptions {
  readonly rpc: Rpc;
  readonly torrentId: string;
  readonly file: FileSnapshot;
  readonly target: SaveTarget;
  /** 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** Copies a complete file out, piece by piece as the target takes it. On failure the target is left untouched. */
export async function saveFile({ rpc, torrentId, file, target, onProgress }: SaveOptions): Promise<void> {
  try {
    for (let position = 0; position < file.length;) {
      const length = Math.min(READ_CHUNK_BYTES, file.length - position);
      const reply = await rpc.request('readFile', { torrentId, fileIndex: file.index, position, length });
      const data = Uint8Array.fromBase64(reply.data);
      if (data.length !== length) throw new Error(`Asked for ${length} bytes, got ${data.length}`);
      await target.write(data);
      position += length;
      onProgress(position / file.length);
    }
    await target.close();
  } catch (error) {
    await target.abort().catch(() => undefined);
    throw error;
  }
}
