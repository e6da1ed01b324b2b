import type { Client, ILogger } from '@jstorrent/engine';
import { type FolderAccess, folderAccess, FolderFiles } from '../io/folder-files.js';
import type { FolderHandles } from '../rpc/folder-handles.js';
import type { FolderStatus } from '../rpc/types.js';

interface Folder {
  readonly handle: FileSystemDirectoryHandle;
  access: FolderAccess;
}

export interface FoldersOptions {
  readonly handles: FolderHandles;
  readonly logger: ILogger;
  /** Where the engine has its download roots. */
  readonly roots: Pick<Client['roots'], 'set' | 'remove' | 'setLost' | 'setAvailable' | 'lost'>;
  /** A folder came, went, or stands differently. */
  readonly onChange: () => void;
}

/** The folders that the user picked, as download roots. Views pick and ask Chrome; here it shows what came of it. */
export class Folders {
  readonly #folders = new Map<string, Folder>();
  readonly #options: FoldersOptions;
  #areKnown = false;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  /** They have been read: a root that is not among them is one that the user had forgotten. */
  get areKnown(): boolean {
    return this.#areKnown;
  }

  list(): readonly FolderStatus[] {
    const { lost } = this.#options.roots;
    return Array.from(this.#folders, ([id, { handle, access }]) => ({
      id,
      name: handle.name,
      // Chrome would let us write, but the system does not.
      access: access === 'granted' && lost.includes(id) ? 'denied' : access,
    }));
  }

  /** Looks at what is stored and at what Chrome allows. Called when a view or an operation found that something changed. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing
      .then(() => this.#refresh())
      .catch((error: unknown) => {
        this.#options.logger.warn('folders', `they stand as they did: ${String(error)}`);
      });
    return this.#refreshing;
  }

  async remove(id: string): Promise<void> {
    await this.#options.handles.remove(id);
    await this.refresh();
  }

  async #refresh(): Promise<void> {
    const { handles, roots, onChange } = this.#options;
    const stored = new Map((await handles.list()).map(({ id, handle }) => [id, handle]));
    let isChanged = false;
    for (const id of this.#folders.keys()) {
      if (stored.has(id)) continue;
      this.#folders.delete(id);
      roots.remove(id);
      isChanged = true;
    }
    for (const [id, handle] of stored) {
      const access = await folderAccess(handle).catch((): FolderAccess => 'denied');
      const known = this.#folders.get(id);
      if (!known) {
        this.#folders.set(id, { handle, access });
        roots.set(id, { kind: 'published', files: new FolderFiles(handle, () => void this.refresh()) });
      }
      isChanged ||= known?.access !== access;
      if (known) known.access = access;
      if (access === 'granted') roots.setAvailable(id);
      else roots.setLost(id);
    }
    this.#areKnown = true;
    if (isChanged) onChange();
  }
}
