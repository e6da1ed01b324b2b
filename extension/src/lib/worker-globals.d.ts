/**
 * What a dedicated worker or a service worker has and the DOM library does not declare: the WebWorker library cannot be loaded beside
 * it. Kept to the members in use.
 */

interface FileSystemSyncAccessHandle {
  /** Bytes read; fewer than asked only at the end of the file. */
  read(into: Uint8Array, options: { at: number }): number;
  /** Bytes written; fewer than asked when the disk is full. */
  write(data: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
  /** Renames, inside one file system or folder of the user's; replaces what is at the new place. */
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

interface DedicatedWorkerScope {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Response | Promise<Response>): void;
}

interface WindowClient {
  readonly url: string;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

interface ServiceWorkerScope {
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
  };
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}
