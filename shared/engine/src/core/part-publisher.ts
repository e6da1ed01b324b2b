import { checkCopy } from './copy-check.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { FilesChangedError } from './skipped-files.js';
import type { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';

/**
 * Brings a whole part of a file from staging to the folder: copies it, reads it back, records it, and only then frees staging. What lies
 * under its path there is ours: of a run that was cut short, or not right any more.
 */
export async function publishPart(
  {
    content,
    files,
    handles,
  }: {
    readonly content: Pick<TorrentContent, 'files' | 'layout' | 'disk'>;
    readonly files: StagedFiles;
    readonly handles: FileHandlePool;
  },
  { fileIndex, part }: { readonly fileIndex: number; readonly part: number },
  signal: AbortSignal,
): Promise<void> {
  const { splits, staging, folder } = files;
  const extent = splits.partsOf(fileIndex)[part];
  // Put together meanwhile.
  if (!extent || splits.isInFolder(fileIndex, part) || files.isInFolder(fileIndex)) return;
  const path = splits.pathOf(fileIndex, part);
  const check = () =>
    checkCopy({
      ...content,
      file: extent,
      copy: { files: folder, path },
      readOriginal: (position, into) => handles.use(files, path, 'read', (handle) => handle.read(position, into)),
      signal,
    });
  let published = await check();
  if (!published) {
    await handles.close(files, path);
    await folder.remove(path);
    await folder.publish({ files: staging, path }, path, { signal, onProgress: () => undefined });
    published = await check();
    if (!published) throw new FilesChangedError([content.files[fileIndex]?.path ?? '']);
  }
  signal.throwIfAborted();
  await splits.setInFolder(fileIndex, part, published);
  await splits.releasePart(fileIndex, part);
}
