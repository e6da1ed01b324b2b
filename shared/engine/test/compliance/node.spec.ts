import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FileSessionStore,
  NodeClock,
  NodeFileSystem,
  NodeHasher,
  NodeHttpClient,
  NodeRandom,
  NodeSocketFactory,
} from '../../src/io/node/index.js';
import {
  describeClock,
  describeFileSystem,
  describeHasher,
  describeHttpClient,
  describePublishedFiles,
  describeRandom,
  describeSessionStore,
  describeTcpSockets,
  describeUdpSockets,
  openSilentEndpoint,
  waitForReal,
  type SilentEndpoint,
  type TcpHarness,
} from './index.js';
import { NodePublishedFiles } from './node-published-files.js';
import { TrackingSocketFactory } from './tracking-socket-factory.js';

const realWorld = { waitFor: waitForReal, close: () => Promise.resolve() };

function realSockets(): TcpHarness {
  const factory = new TrackingSocketFactory(new NodeSocketFactory());
  const silent: SilentEndpoint[] = [];
  return {
    local: factory,
    remote: factory,
    localHost: '127.0.0.1',
    remoteHost: '127.0.0.1',
    // What Linux gives a loopback connection at most, both buffers together, with room to spare.
    unreadBoundBytes: 16 * 1024 * 1024,
    silentEndpoint: async () => {
      const endpoint = await openSilentEndpoint();
      silent.push(endpoint);
      return endpoint;
    },
    waitFor: waitForReal,
    close: async () => {
      factory.closeAll();
      await Promise.all(silent.map((endpoint) => endpoint.close()));
    },
  };
}

async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'jstorrent-compliance-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

describeTcpSockets('Node', realSockets);
describeUdpSockets('Node', realSockets);
describeFileSystem('Node', async () => {
  const directory = await temporaryDirectory();
  return { ...realWorld, fileSystem: new NodeFileSystem(directory.path), close: () => directory.remove() };
});
describePublishedFiles('Node', async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'folder'));
  return {
    ...realWorld,
    folder: new NodePublishedFiles(join(directory.path, 'folder')),
    staging: new NodeFileSystem(join(directory.path, 'staging')),
    close: () => directory.remove(),
  };
});
describeHasher('Node', () => ({ ...realWorld, hasher: new NodeHasher() }));
describeClock('Node', () => ({ ...realWorld, clock: new NodeClock() }));
describeRandom('Node', () => new NodeRandom());
describeHttpClient('Node', () => ({
  ...realWorld,
  createClient: ({ blockedAddresses }) => new NodeHttpClient({ allowAddress: (ip) => !blockedAddresses.includes(ip) }),
}));
describeSessionStore('Node', async () => {
  const directory = await temporaryDirectory();
  return {
    ...realWorld,
    open: () => new FileSessionStore(join(directory.path, 'session')),
    close: () => directory.remove(),
  };
});
