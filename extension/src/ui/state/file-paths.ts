import type { FileSnapshot } from '../../rpc/types.js';

/** The folder that holds all files, with its `/`; what everything shares tells nobody anything. */
export function commonFolder(files: readonly FileSnapshot[]): string {
  const first = files[0]?.path ?? '';
  const folder = first.slice(0, first.indexOf('/') + 1);
  return files.every(({ path }) => path.startsWith(folder)) ? folder : '';
}

/** A path in two: the folders with their `/`, and the name. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const end = path.lastIndexOf('/') + 1;
  return [path.slice(0, end), path.slice(end)];
}
