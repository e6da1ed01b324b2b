/** File System Access API, not in TypeScript's DOM library: https://wicg.github.io/file-system-access/ */

interface FileSystemHandle {
  queryPermission(descriptor: { mode: 'readwrite' }): Promise<PermissionState>;
  /** Needs a click. */
  requestPermission(descriptor: { mode: 'readwrite' }): Promise<PermissionState>;
}

interface Window {
  /** Rejects with an `AbortError` when the user changes their mind. */
  showDirectoryPicker(options: {
    id: string;
    mode: 'readwrite';
    startIn: 'downloads';
  }): Promise<FileSystemDirectoryHandle>;
  showSaveFilePicker(options: { suggestedName: string; startIn: 'downloads' }): Promise<FileSystemFileHandle>;
}

interface DataTransferItem {
  /** In the same turn as the drop. */
  getAsFileSystemHandle(): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | null>;
}
