import type { IFileSystem } from '../interfaces/filesystem.js';

/** Removes the folders above `paths` that are empty, the deepest first. */
export async function removeEmptyFolders(
  fileSystem: Pick<IFileSystem, 'stat' | 'list' | 'remove'>,
  paths: Iterable<string>,
): Promise<void> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  // A folder's path is longer than those of the folders above it.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    const stat = await fileSystem.stat(folder);
    if (stat?.isDirectory && (await fileSystem.list(folder)).length === 0) await fileSystem.remove(folder);
  }
}
