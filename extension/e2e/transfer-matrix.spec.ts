import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { describeTransfers } from '../../shared/engine/test/integration/transfer-matrix.js';
import { loopbackWorld, type TransferWorld } from '../../shared/engine/test/integration/transfer-worlds.js';
import { type AdapterBrowser, openAdapterBrowser } from './adapters/adapter-browser.js';
import { RemoteFileSystem, RemoteFolder } from './adapters/remote-adapters.js';

/** The engine here, with the files of its leecher in a real browser: in its private file system, or in a folder of the user's. */

let browser: AdapterBrowser;
let nextRoot = 1;

beforeAll(async () => {
  browser = await openAdapterBrowser();
});

afterAll(() => browser.close());

const inPrivateFiles = (): Promise<TransferWorld> => {
  const files = new RemoteFileSystem(browser.page, `root-${nextRoot++}`);
  return loopbackWorld({
    fileSystem: files,
    write: async (path, bytes) => {
      const file = await files.open(path, 'write');
      await file.write(0, Uint8Array.from(bytes));
      await file.close();
    },
    read: async (path) => {
      const stat = await files.stat(path);
      if (!stat) return undefined;
      const file = await files.open(path, 'read');
      const { buffer } = await file.read(0, new Uint8Array(stat.size));
      await file.close();
      return buffer;
    },
  });
};

const inFolder = (): Promise<TransferWorld> => {
  const name = `root-${nextRoot++}`;
  const place = (path: string) => join(browser.picked, name, path);
  return loopbackWorld({
    fileSystem: new RemoteFileSystem(browser.page, name),
    folder: new RemoteFolder(browser.page, name),
    write: async (path, bytes) => {
      await mkdir(dirname(place(path)), { recursive: true });
      await writeFile(place(path), bytes);
    },
    read: (path) => readFile(place(path)).catch(() => undefined),
  });
};

describeTransfers('OPFS', inPrivateFiles);
describeTransfers('a folder of the user', inFolder);
