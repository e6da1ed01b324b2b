import type { IFileSystem, IReadableFile } from '../interfaces/filesystem.js';
import type { FilePart } from './file-parts.js';
import type { RoomClaim } from './storage-room.js';

/** Bytes moved at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** Copies a range of a file to a file of its own, but for what is empty in it. `room` is what it was given, if it needs some. */
export async function copyRange(options: {
  readonly source: IReadableFile;
  readonly from: number;
  readonly end: number;
  readonly staging: IFileSystem;
  readonly to: string;
  readonly room?: RoomClaim;
}): Promise<void> {
  const { source, from, end, staging, to, room } = options;
  const target = await staging.open(to, 'write');
  try {
    let chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
    for (let position = from; position < end;) {
      room?.signal.throwIfAborted();
      const { buffer, bytesRead } = await source.read(position, chunk.subarray(0, end - position));
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      const isEmpty = bytes.every((byte) => byte === 0);
      const back = isEmpty ? bytes : await target.write(position - from, bytes);
      chunk = new Uint8Array(back.buffer, 0, CHUNK_BYTES);
      position += bytesRead;
      room?.wrote(bytesRead);
    }
    await target.truncate(end - from);
  } finally {
    await target.close();
  }
}

/** Divides a file of which `size` bytes are there, from its end, so that no more than one of its parts needs room twice. */
export async function divideFile(
  staging: IFileSystem,
  { path, size }: { readonly path: string; readonly size: number },
  parts: readonly FilePart[],
  pathOf: (part: number) => string,
): Promise<void> {
  const whole = await staging.open(path, 'write');
  try {
    let end = size;
    for (let part = parts.length - 1; part >= 0; part--) {
      const { position = 0, length = 0 } = parts[part] ?? {};
      if (position >= end) continue;
      await copyRange({
        source: whole,
        from: position,
        end: Math.min(end, position + length),
        staging,
        to: pathOf(part),
      });
      await whole.truncate(position);
      end = position;
    }
  } finally {
    await whole.close();
  }
  await staging.remove(path);
}
