import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ExtensionBrowser, type RpcPage } from '../../extension/e2e/harness.js';
import type { TorrentSnapshot } from '../../extension/src/rpc/types.js';
import { dropFolder, FOLDERS_ALLOWED, setPreferences } from '../../extension/e2e/profile.js';
import { type Contestant, preciseNow } from '../contestant.js';
import type { Scratch } from '../scratch.js';
import type { Swarm } from '../sources/swarm.js';

/** Our own way of a finished file into a folder: copied, read back and verified, recorded, released. */
export function publishing(swarm: Swarm): Contestant {
  return {
    name: 'extension',
    start: async (scratch) => {
      const waiting = await waitForFolder(swarm, scratch);
      const { browser, rpc, infoHash } = waiting;
      return {
        begin: async () => {
          await waiting.giveFolder();
          await rpc.request('refreshFolders', null);
          return browser.browserPid();
        },
        finish: async () => {
          await rpc.waitForTorrent(infoHash, ({ state, attention }) => state.kind === 'seeding' && !attention, 300_000);
          return preciseNow();
        },
        close: () => browser.close(),
      };
    },
  };
}

/** What the browser can do at most: it copies the same file, and somebody reads the copy once. */
export function bareCopy(swarm: Swarm): Contestant {
  return {
    name: 'bare copy',
    start: async (scratch) => {
      const waiting = await waitForFolder(swarm, scratch);
      const { browser, rpc, infoHash } = waiting;
      await rpc.request('stop', { torrentId: infoHash });
      let copied: Promise<void> | undefined;
      return {
        begin: async () => {
          await waiting.giveFolder();
          copied = rpc.page.evaluate(copyAndRead);
          return browser.browserPid();
        },
        finish: async () => {
          await copied;
          return preciseNow();
        },
        close: () => browser.close(),
      };
    },
  };
}

interface Waiting {
  readonly browser: ExtensionBrowser;
  readonly rpc: RpcPage;
  readonly infoHash: string;
  /** Brings the folder back to where it was picked. */
  giveFolder(): Promise<void>;
}

/** A browser with the whole file in its own storage, whose folder is away. */
async function waitForFolder(swarm: Swarm, scratch: Scratch): Promise<Waiting> {
  const [profile, place] = [await scratch.folder('profile'), await scratch.folder('folder')];
  const [picked, away] = [join(place, 'picked'), join(place, 'away')];
  await mkdir(picked);
  await setPreferences(profile, FOLDERS_ALLOWED);
  const browser = await ExtensionBrowser.launch({ helper: 'registered', profile });
  try {
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    const manager = await browser.openView('manager');
    await manager.getByText('Nothing here yet').waitFor();
    await dropFolder(manager, picked);
    const isThere = ({ folders, client, bridge }: Awaited<ReturnType<RpcPage['snapshot']>>) =>
      folders.length === 1 && client.listenPort !== undefined && bridge.kind === 'ready' && bridge.lane === 'fast';
    const { folders, client } = await rpc.waitFor(isThere);
    await manager.close();
    await rename(picked, away);
    await rpc.request('updateSettings', { defaultRoot: folders[0]?.id ?? '' });
    const metainfo = (await readFile(swarm.torrentFile)).toString('base64');
    const { torrentId } = await rpc.request('addTorrent', { metainfo, chooseFilesFirst: false });
    await swarm.dial({ host: '127.0.0.1', port: client.listenPort ?? 0 });
    const isComplete = ({ completedAt, attention }: TorrentSnapshot) => completedAt !== undefined && !!attention;
    await rpc.waitForTorrent(torrentId, isComplete, 120_000);
    return { browser, rpc, infoHash: torrentId, giveFolder: () => rename(away, picked) };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** In a page of the extension. */
async function copyAndRead(): Promise<void> {
  const readBytes = 1024 * 1024;
  const folder = await new Promise<FileSystemDirectoryHandle>((resolve) => {
    const opening = indexedDB.open('jstorrent-folders');
    opening.onsuccess = () => {
      const reading = opening.result.transaction('folders').objectStore('folders').getAll();
      reading.onsuccess = () => {
        const [stored] = reading.result as readonly { readonly handle: FileSystemDirectoryHandle }[];
        if (stored) resolve(stored.handle);
      };
    };
  });
  const downloads = await (await navigator.storage.getDirectory()).getDirectoryHandle('downloads');
  const source = await (await downloads.getFileHandle('payload.bin')).getFile();
  const target = await folder.getFileHandle('payload.bin', { create: true });
  const writable = await target.createWritable();
  await writable.write(source);
  await writable.close();
  const copy = await target.getFile();
  for (let position = 0; position < copy.size; position += readBytes) {
    await copy.slice(position, position + readBytes).arrayBuffer();
  }
}
