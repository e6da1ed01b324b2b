import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '../../src/core/client.js';
import type { IClock } from '../../src/interfaces/clock.js';
import type { DownloadRoot, IPublishedFiles } from '../../src/interfaces/download-root.js';
import type { IFileHandle, IFileSystem } from '../../src/interfaces/filesystem.js';
import type { IHasher } from '../../src/interfaces/hasher.js';
import type { ISessionStore } from '../../src/interfaces/session-store.js';
import type { Endpoint, ISocketFactory } from '../../src/interfaces/socket.js';
import { FileSessionStore, NodeClock, NodeFileSystem, NodeHasher, NodeSocketFactory } from '../../src/io/node/index.js';
import { trackerFactory } from '../../src/tracker/create-trackers.js';
import { waitForReal } from '../compliance/harness.js';
import { FaultInjector } from '../faults/fault-injector.js';
import {
  MemoryFileSystem,
  MemoryHasher,
  MemoryHttpClient,
  MemoryPublishedFiles,
  MemorySessionStore,
  SeededRandom,
  SilentLogger,
  VirtualClock,
  VirtualNetwork,
} from '../mocks/index.js';
import type { SampleTorrent } from '../simulation/virtual-swarm.js';

const PATIENCE_MS = 60_000;
const LINE = { uplinkBytesPerSecond: 400_000, latencyMs: 5 };

/** What clients need that differs between one world and another. */
interface Host {
  readonly sockets: ISocketFactory;
  readonly fileSystem: IFileSystem;
  readonly store: ISessionStore;
  /** Of the user's, as the download root `folder`. */
  readonly folder?: IPublishedFiles;
  /** Where others reach it. */
  readonly address: string;
}

/** Where a torrent is transferred: in memory and virtual time, or on this machine's disk and loopback. */
export interface TransferWorld {
  readonly clock: IClock;
  /** The download root into which the leecher downloads. */
  readonly root: 'default' | 'folder';
  readonly hasher: IHasher;
  /** One that keeps its files and records over the lives of its clients. */
  host(name: string): Host;
  /** Puts a file on a host's disk; on the leecher's into that root. */
  write(name: string, path: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when it is not there. */
  read(name: string, path: string): Promise<Uint8Array | undefined>;
  until(condition: () => boolean): Promise<void>;
  settle<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A client that can be killed, in one life. */
export interface TransferClient {
  readonly client: Client;
  readonly faults: FaultInjector;
}

export async function startClient(world: TransferWorld, name: string): Promise<TransferClient> {
  const { sockets, fileSystem, store, folder } = world.host(name);
  const faults: FaultInjector = new FaultInjector({
    clock: world.clock,
    plan: () => undefined,
    onDeath: () => faultySockets.closeAll(),
  });
  const faultySockets = faults.sockets(sockets);
  const random = new SeededRandom(name.length);
  const http = new MemoryHttpClient({ clock: faults.clock, handler: () => ({ status: 404, body: new Uint8Array(0) }) });
  const roots = new Map<string, DownloadRoot>([['default', { kind: 'direct', files: faults.files(fileSystem) }]]);
  if (folder) roots.set('folder', { kind: 'published', files: faults.folder(folder) });
  const client = new Client({
    sockets: faultySockets,
    hasher: world.hasher,
    clock: faults.clock,
    random,
    store: faults.store(store),
    logger: new SilentLogger(),
    roots,
    createTrackers: trackerFactory({ http, clock: faults.clock, random }),
    settings: { allowLocalPeers: true },
    version: '0.1.0',
  });
  await world.settle(client.start());
  return { client, faults };
}

/** A client that has all of `sample`, and where it is reached. */
export async function startSeed(
  world: TransferWorld,
  sample: SampleTorrent,
): Promise<TransferClient & { readonly endpoint: Endpoint }> {
  for (const [path, bytes] of sample.files) await world.write('seed', path, bytes);
  for (const { path, length, isPadding } of sample.layout) {
    if (isPadding) await world.write('seed', path, new Uint8Array(length));
  }
  const seed = await startClient(world, 'seed');
  const { torrent } = await world.settle(seed.client.add({ metainfo: sample.metainfo }));
  await world.until(() => torrent.state.kind === 'seeding');
  return { ...seed, endpoint: { host: world.host('seed').address, port: seed.client.snapshot().listenPort ?? 0 } };
}

export const memoryWorld = (): Promise<TransferWorld> => inMemory(undefined);

/** The leecher's files go to a folder of its user's. */
export const memoryFolderWorld = (): Promise<TransferWorld> =>
  inMemory(new MemoryPublishedFiles({ detachBuffers: true }));

function inMemory(folder: MemoryPublishedFiles | undefined): Promise<TransferWorld> {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: new SeededRandom(1) });
  const hosts = new Map<string, Host & { readonly fileSystem: MemoryFileSystem }>();
  const records = new Map<string, Map<string, Uint8Array>>();
  const hostOf = (name: string) => {
    let host = hosts.get(name);
    const kept = records.get(name) ?? new Map<string, Uint8Array>();
    records.set(name, kept);
    if (!host) {
      const address = `10.0.0.${hosts.size + 1}`;
      const fileSystem = new MemoryFileSystem({ detachBuffers: true });
      host = { address, fileSystem, sockets: network.host(address, LINE), store: new MemorySessionStore(kept) };
      hosts.set(name, host);
    }
    const isPublished = folder && name === 'leech';
    return { ...host, store: new MemorySessionStore(kept), ...(isPublished && { folder }) };
  };
  const placeOf = (name: string) => (name === 'leech' && folder?.contents) || hostOf(name).fileSystem;
  return Promise.resolve({
    clock,
    root: folder ? 'folder' : 'default',
    hasher: new MemoryHasher({ detachBuffers: true }),
    host: hostOf,
    write: (name, path, bytes) => {
      placeOf(name).writeFile(path, bytes);
      return Promise.resolve();
    },
    read: async (name, path) => {
      const place = placeOf(name);
      return (await place.stat(path)) && place.readFile(path);
    },
    until: (condition) => clock.runUntil(condition),
    settle: (promise) => clock.settle(promise),
    close: () => Promise.resolve(),
  });
}

/** Where a leecher keeps its files: by itself, or in a folder of its user's. */
export interface LeecherDisk {
  readonly fileSystem: IFileSystem;
  readonly folder?: IPublishedFiles;
  write(path: string, bytes: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array | undefined>;
}

export async function nodeWorld(): Promise<TransferWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'jstorrent-matrix-leech-'));
  const files = new OpenedFiles();
  const world = await loopbackWorld({ fileSystem: files.of(folder), ...plainFiles(folder) });
  return {
    ...world,
    close: async () => {
      await world.close();
      await files.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Real time, sockets, hashing and records; the leecher's files are where `disk` says, those of others on this machine's. */
export async function loopbackWorld(disk: LeecherDisk): Promise<TransferWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'jstorrent-matrix-'));
  const files = new OpenedFiles();
  const filesOf = (name: string) => join(folder, name, 'files');
  const diskOf = (name: string): LeecherDisk =>
    name === 'leech' ? disk : { fileSystem: files.of(filesOf(name)), ...plainFiles(filesOf(name)) };
  return {
    clock: new NodeClock(),
    root: disk.folder ? 'folder' : 'default',
    hasher: new NodeHasher(),
    host: (name) => {
      const { fileSystem, folder: published } = diskOf(name);
      return {
        address: '127.0.0.1',
        sockets: new NodeSocketFactory(),
        fileSystem,
        store: new FileSessionStore(join(folder, name, 'session')),
        ...(published && { folder: published }),
      };
    },
    write: (name, path, bytes) => diskOf(name).write(path, bytes),
    read: (name, path) => diskOf(name).read(path),
    until: (condition) => waitForReal(condition, PATIENCE_MS),
    settle: (promise) => promise,
    close: async () => {
      await files.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Files of this machine's disk that clients opened and, killed, did not close: the system would do so at the end of their process. */
class OpenedFiles {
  readonly #handles = new Set<IFileHandle>();

  of(folder: string): IFileSystem {
    const files = new NodeFileSystem(folder);
    const open = files.open.bind(files);
    files.open = async (path, mode) => {
      const handle = await open(path, mode);
      this.#handles.add(handle);
      return handle;
    };
    return files;
  }

  async close(): Promise<void> {
    for (const handle of this.#handles) await handle.close();
  }
}

function plainFiles(folder: string): Pick<LeecherDisk, 'write' | 'read'> {
  return {
    write: async (path, bytes) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    },
    read: (path) => readFile(join(folder, path)).catch(() => undefined),
  };
}
