import type { FilePriority, FileSnapshot } from '../../rpc/types.js';

/** A folder, and what is in it and in the folders below. */
export interface FolderRow {
  readonly kind: 'folder';
  /** With its `/`, from the torrent's root on: its key. */
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly isOpen: boolean;
  readonly fileIndices: readonly number[];
  readonly bytes: number;
  /** How many of its files are wanted. */
  readonly wanted: 'all' | 'some' | 'none';
  /** Undefined when its files differ. */
  readonly priority: FilePriority | undefined;
}

interface TreeFileRow {
  readonly kind: 'file';
  readonly file: FileSnapshot;
  readonly name: string;
  readonly depth: number;
}

export type TreeRow = FolderRow | TreeFileRow;

interface Folder {
  readonly path: string;
  readonly name: string;
  readonly folders: Map<string, Folder>;
  readonly children: (Folder | FileSnapshot)[];
  readonly fileIndices: number[];
  bytes: number;
  wanted: number;
  readonly priorities: Set<FilePriority>;
}

/** The rows of a tree from the top, in the order of the torrent; what is in a closed folder has none. */
export function treeRows(
  files: readonly FileSnapshot[],
  options: {
    /** Start of every path that goes without saying. */
    readonly hiddenFolder: string;
    /** Paths of folders. */
    readonly closed: ReadonlySet<string>;
    readonly priorityOf: (file: FileSnapshot) => FilePriority;
  },
): readonly TreeRow[] {
  const root = createFolder(options.hiddenFolder, '');
  for (const file of files) place(root, file, options.priorityOf(file));
  const rows: TreeRow[] = [];
  addRows(rows, root, 0, options.closed);
  return rows;
}

function place(root: Folder, file: FileSnapshot, priority: FilePriority): void {
  let folder = root;
  const elements = file.path.slice(root.path.length).split('/');
  for (const name of elements.slice(0, -1)) {
    let child = folder.folders.get(name);
    if (!child) {
      child = createFolder(`${folder.path}${name}/`, name);
      folder.folders.set(name, child);
      folder.children.push(child);
    }
    folder = child;
    folder.fileIndices.push(file.index);
    folder.bytes += file.length;
    folder.priorities.add(priority);
    if (priority > 0) folder.wanted++;
  }
  folder.children.push(file);
}

function createFolder(path: string, name: string): Folder {
  return {
    path,
    name,
    folders: new Map(),
    children: [],
    fileIndices: [],
    bytes: 0,
    wanted: 0,
    priorities: new Set(),
  };
}

function addRows(rows: TreeRow[], folder: Folder, depth: number, closed: ReadonlySet<string>): void {
  for (const child of folder.children) {
    if ('index' in child) {
      rows.push({ kind: 'file', file: child, name: child.path.slice(folder.path.length), depth });
      continue;
    }
    const { path, name, fileIndices, bytes, wanted, priorities } = child;
    const isOpen = !closed.has(path);
    const [first, ...others] = priorities;
    rows.push({
      kind: 'folder',
      path,
      name,
      depth,
      isOpen,
      fileIndices,
      bytes,
      wanted: wanted === 0 ? 'none' : wanted === fileIndices.length ? 'all' : 'some',
      priority: others.length === 0 ? first : undefined,
    });
    if (isOpen) addRows(rows, child, depth + 1, closed);
  }
}
