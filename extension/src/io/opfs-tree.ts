import type { DirectoryEntry } from '@jstorrent/engine';
import { DiskError } from './disk-error.js';

/** Elements of a path below a root. Refuses whatever could lead elsewhere: empty elements, dots, backslashes, NUL. */
export function pathElements(path: string): readonly string[] {
  if (path === '') return [];
  const elements = path.split('/');
  for (const element of elements) {
    if (element === '' || element === '.' || element === '..' || element.includes('\\') || element.includes('\0')) {
      throw new DiskError('invalid-path', 'the path leaves its root');
    }
  }
  return elements;
}

/** The folder that holds the last element of `path`, and that element. */
export async function parentOf(
  root: FileSystemDirectoryHandle,
  path: string,
  options: { create: boolean },
): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
  const elements = pathElements(path);
  const name = elements.at(-1);
  if (name === undefined) throw new DiskError('invalid-path', 'the root itself');
  return { folder: await folderAt(root, elements.slice(0, -1), options), name };
}

export async function folderAt(
  root: FileSystemDirectoryHandle,
  elements: readonly string[],
  options: { create: boolean },
): Promise<FileSystemDirectoryHandle> {
  let folder = root;
  for (const element of elements) folder = await folder.getDirectoryHandle(element, options);
  return folder;
}

/** The file or folder called `name`, undefined when there is none. */
export async function childOf(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | undefined> {
  try {
    return await folder.getFileHandle(name);
  } catch (error) {
    if (isNamed(error, 'TypeMismatchError')) return folder.getDirectoryHandle(name);
    if (isNamed(error, 'NotFoundError')) return undefined;
    throw error;
  }
}

/** Like a look-up by path, undefined when any part of it is missing or is not a folder. */
export async function findAt(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | undefined> {
  if (path === '') return root;
  try {
    const { folder, name } = await parentOf(root, path, { create: false });
    return await childOf(folder, name);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Sorted by name. */
export async function entriesOf(folder: FileSystemDirectoryHandle): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for await (const [name, handle] of folder.entries()) entries.push({ name, isDirectory: handle.kind === 'directory' });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** There is nothing of that name, or something on the way to it is no folder. */
export function isMissing(error: unknown): boolean {
  return isNamed(error, 'NotFoundError') || isNamed(error, 'TypeMismatchError');
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
