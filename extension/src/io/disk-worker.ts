import { serveCalls, Transferring } from '../lib/worker-calls.js';
import type { DiskCalls } from './disk-calls.js';
import { diskError } from './disk-error.js';
import { OpfsDisk } from './opfs-disk.js';

const disk = new OpfsDisk();

serveCalls<DiskCalls>(
  self as unknown as DedicatedWorkerScope,
  {
    open: (argument) => disk.open(argument),
    read: async ({ handle, position, into }) => {
      const bytesRead = await disk.read(handle, position, into);
      return new Transferring({ buffer: into, bytesRead }, [into.buffer as ArrayBuffer]);
    },
    write: async ({ handle, position, data }) => {
      await disk.write(handle, position, data);
      return new Transferring(data, [data.buffer as ArrayBuffer]);
    },
    truncate: ({ handle, size }) => disk.truncate(handle, size),
    flush: ({ handle }) => disk.flush(handle),
    close: ({ handle }) => disk.close(handle),
    stat: (argument) => disk.stat(argument),
    list: (argument) => disk.list(argument),
    createDirectory: (argument) => disk.createDirectory(argument),
    remove: (argument) => disk.remove(argument),
    removeTree: (argument) => disk.removeTree(argument),
    rename: (argument) => disk.rename(argument),
  },
  diskError,
);
