import type { Torrent } from '@jstorrent/engine';
import { isBlobSource } from '../io/blob-source.js';
import type { HostRequest, SaveFailure } from '../lib/host-messages.js';
import { RpcError } from '../rpc/rpc-error.js';

const FAILURES: readonly SaveFailure[] = ['no-permission', 'save-cancelled', 'save-failed'];

/** What Chrome refuses in the names of downloads and the engine allows: a first dot or tilde, and one extension of shortcuts. */
const REFUSED = /(?<=^|\/)[.~]|\.(?=local(?:\/|$))/gi;

/**
 * Gives complete files of a torrent to Chrome's downloads, one after the other. Their bytes go from storage to storage inside the browser,
 * by way of an object URL that only names them; it ends with the download.
 */
export async function saveToDownloads(
  torrent: Torrent,
  fileIndices: readonly number[],
  tell: (request: HostRequest) => Promise<void>,
): Promise<void> {
  for (const index of fileIndices) {
    const { content } = torrent;
    const file = content?.diskFiles[index];
    if (!file || content.progress.doneBytes(index) < file.length || !isBlobSource(file.fileSystem))
      throw new RpcError('save-failed', `file ${index} is not here`);
    const url = URL.createObjectURL(await file.fileSystem.blobAt(file.path));
    try {
      await tell({ type: 'saveDownload', url, filename: file.path.replace(REFUSED, '_') });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = FAILURES.find((failure) => failure === message) ?? 'save-failed';
      throw new RpcError(code, message, { cause: error });
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}
