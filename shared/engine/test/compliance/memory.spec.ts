import {
  MemoryFileSystem,
  MemoryHasher,
  MemoryPublishedFiles,
  MemorySessionStore,
  SeededRandom,
  VirtualClock,
  VirtualNetwork,
} from '../mocks/index.js';
import {
  describeClock,
  describeFileSystem,
  describeHasher,
  describePublishedFiles,
  describeRandom,
  describeSessionStore,
  describeTcpSockets,
  describeUdpSockets,
  type ClockHarness,
  type TcpHarness,
} from './index.js';
import type { VirtualHostOptions } from '../mocks/index.js';

function virtualWorld(): ClockHarness & { readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, waitFor: (condition) => clock.runUntil(condition), close: () => Promise.resolve() };
}

function virtualSockets(link: VirtualHostOptions): TcpHarness {
  const { clock, waitFor, close } = virtualWorld();
  const network = new VirtualNetwork({ clock, random: new SeededRandom(5) });
  return {
    local: network.host('10.0.0.1', link),
    remote: network.host('10.0.0.2', link),
    localHost: '10.0.0.1',
    remoteHost: '10.0.0.2',
    unreadBoundBytes: 512 * 1024,
    silentEndpoint: () => Promise.resolve({ host: '10.9.9.9', port: 6881 }),
    waitFor,
    close,
  };
}

describeTcpSockets('virtual network', () => virtualSockets({}));
describeTcpSockets('slow virtual network', () =>
  virtualSockets({ latencyMs: 20, uplinkBytesPerSecond: 1_000_000, downlinkBytesPerSecond: 900_000, lossRate: 0.02 }),
);
describeUdpSockets('virtual network', () => virtualSockets({ latencyMs: 5 }));
describeFileSystem('memory', () => ({ ...virtualWorld(), fileSystem: new MemoryFileSystem() }));
describeFileSystem('memory, buffers detached', () => ({
  ...virtualWorld(),
  fileSystem: new MemoryFileSystem({ detachBuffers: true }),
}));
describePublishedFiles('memory', () => ({
  ...virtualWorld(),
  folder: new MemoryPublishedFiles({ detachBuffers: true }),
  staging: new MemoryFileSystem({ detachBuffers: true }),
}));
describeHasher('memory', () => ({ ...virtualWorld(), hasher: new MemoryHasher() }));
describeHasher('memory, buffers detached', () => ({
  ...virtualWorld(),
  hasher: new MemoryHasher({ detachBuffers: true }),
}));
describeClock('virtual', virtualWorld);
describeRandom('seeded', () => new SeededRandom(1));
describeSessionStore('memory', () => {
  const records = new Map<string, Uint8Array>();
  return { ...virtualWorld(), open: () => new MemorySessionStore(records) };
});
