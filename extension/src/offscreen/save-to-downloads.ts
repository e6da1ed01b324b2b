import type { Torrent } from '@jstorrent/engine';
import { isBlobSource } from '../io/blob-source.js';
import type { HostRequest, SaveFailure } from '../lib/host-messages.js';
import { RpcError } from '../rpc/rpc-error.js';

const FAILURES: readonly SaveFailure[] = ['no-permission', 'save-cancelled', 'save-failed'];

/** What Chrome refuses in the names of downloads and the engine allows: a first dot or tilde, and one extension of shortcuts. */
const REFUSED = /(?<=^|\/)[.~]|\.(?=local(?:\/|$))/gi;

/** Chrome takes the ending of another type for wrong and changes it; and nothing of this type is ever shown, whatever leads to it. */
const TYPE = 'application/octet-stream';

/**
 * Gives complete files of a torrent (left out: all that are wanted) to Chrome's downloads, one after the other. Their bytes go from storage
 * to storage inside the browser, by way of an object URL that only names them; it ends with the download.
 */
export async function saveToDownloads(
  content: NonNullable<Torrent['content']>,
  fileIndices: readonly number[] | undefined,
  tell: (request: HostRequest) => Promise<void>,
): Promise<void> {
  for (const { index, path, doneBytes, length, priority } of content.fileSnapshots()) {
    if (fileIndices ? !fileIndices.includes(index) : priority === 0 || doneBytes < length) continue;
    const file = content.diskFiles[index];
    if (!file || doneBytes < length || !isBlobSource(file.fileSystem)) {
      throw new RpcError('save-failed', `file ${index} is not in the browser's storage`);
    }
    const blob = await file.fileSystem.blobAt(path);
    const url = URL.createObjectURL(blob.slice(0, blob.size, TYPE));
    try {
      await tell({ type: 'saveDownload', url, filename: path.replace(REFUSED, '_') });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = FAILURES.find((failure) => failure === message) ?? 'save-failed';
      throw new RpcError(code, message, { cause: error });
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}
