import type { IFileHandle, IFileSystem, OpenMode } from '../interfaces/filesystem.js';

export declare class FileHandlePool {
  constructor(options?: { readonly maxOpenHandles?: number });
  use<T>(
    fileSystem: IFileSystem,
    path: string,
    mode: OpenMode,
    action: (handle: IFileHandle) => Promise<T>,
  ): Promise<T>;
  close(fileSystem: IFileSystem, path: string): Promise<void>;
}
