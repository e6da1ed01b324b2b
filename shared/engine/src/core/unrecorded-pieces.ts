import { FileTooShortError } from './disk-manager.js';
import type { TorrentContent } from './torrent-content.js';

/** Read from either end of a piece to see whether anything was ever written there. */
const PROBE_BYTES = 256;

/**
 * Finds pieces among `missing` that were verified and written, but whose record a crash came before: records follow the pieces by up to a
 * second. A piece of which both ends are zeros counts as never written; the others are hashed, and marked in `content` when they are
 * right. Resolves early when `signal` aborts.
 */
export async function recoverUnrecorded(
  content: TorrentContent,
  missing: Iterable<number>,
  signal: AbortSignal,
): Promise<void> {
  const { layout, disk } = content;
  let scratch: Uint8Array | undefined;
  for (const index of missing) {
    if (signal.aborted) return;
    if (!(await isWritten(content, index))) continue;
    const result = await disk.check(index, scratch ?? new Uint8Array(layout.sectionLength));
    scratch = result.scratch;
    if (result.isValid) content.markHave(index);
  }
}

async function isWritten({ layout, disk }: TorrentContent, index: number): Promise<boolean> {
  const size = layout.pieceSize(index);
  const length = Math.min(PROBE_BYTES, size);
  try {
    // The end first: it is there only when the rest is.
    for (const begin of [size - length, 0]) {
      if ((await disk.read(index, begin, length)).some((byte) => byte !== 0)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof FileTooShortError) return false;
    throw error;
  }
}
