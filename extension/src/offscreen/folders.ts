import type { DownloadRoot } from '@jstorrent/engine';
import { type FolderAccess, folderAccess, FolderFiles } from '../io/folder-files.js';
import type { FolderHandles } from '../rpc/folder-handles.js';
import type { FolderStatus } from '../rpc/types.js';

interface Folder {
  readonly handle: FileSystemDirectoryHandle;
  readonly root: DownloadRoot;
  access: FolderAccess;
}

export interface FoldersOptions {
  readonly handles: FolderHandles;
  /** A folder came, went, or stands differently. */
  readonly onChange: () => void;
  /** Torrents can reach this folder now, for the first time or again. */
  readonly onReachable: (folderId: string) => void;
}

/** The folders that the user picked, as download roots. Views pick and ask Chrome; here it shows what came of it. */
export class Folders {
  readonly #folders = new Map<string, Folder>();
  readonly #options: FoldersOptions;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  root(id: string): DownloadRoot | undefined {
    return this.#folders.get(id)?.root;
  }

  list(): readonly FolderStatus[] {
    return Array.from(this.#folders, ([id, { handle, access }]) => ({ id, name: handle.name, access }));
  }

  /** Looks at what is stored and at what Chrome allows. Called when a view or an operation found that something changed. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#refresh());
    return this.#refreshing;
  }

  async remove(id: string): Promise<void> {
    await this.#options.handles.remove(id);
    await this.refresh();
  }

  async #refresh(): Promise<void> {
    const stored = new Map((await this.#options.handles.list()).map(({ id, handle }) => [id, handle]));
    const reachable: string[] = [];
    let isChanged = false;
    for (const id of this.#folders.keys()) {
      if (stored.has(id)) continue;
      this.#folders.delete(id);
      isChanged = true;
    }
    for (const [id, handle] of stored) {
      const access = await folderAccess(handle);
      const known = this.#folders.get(id);
      if (known?.access === access) continue;
      isChanged = true;
      if (known) known.access = access;
      else this.#folders.set(id, { handle, access, root: this.#rootOf(handle) });
      if (access === 'granted') reachable.push(id);
    }
    if (isChanged) this.#options.onChange();
    for (const id of reachable) this.#options.onReachable(id);
  }

  #rootOf(handle: FileSystemDirectoryHandle): DownloadRoot {
    return { kind: 'published', files: new FolderFiles(handle, () => void this.refresh()) };
  }
}
