import { Client, type ISocketFactory, RingLogger, SocketError, toHex, trackerFactory } from '@jstorrent/engine';
import {
  MemoryFileSystem,
  MemoryHasher,
  MemoryHttpClient,
  MemorySessionStore,
  SeededRandom,
  VirtualClock,
} from '@jstorrent/engine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Demo } from '../../../src/offscreen/demo/demo.js';
import { createDemoTorrent, DEMO_ID, type DemoTorrent } from '../../../src/offscreen/demo/demo-torrent.js';

/** No helper, so no network at all. */
const lost = (): Promise<never> => Promise.reject(new SocketError('bridge-lost', 'there is no helper'));
const NO_SOCKETS: ISocketFactory = {
  createTcpSocket: () => {
    throw new Error('the demo dialled');
  },
  listenTcp: lost,
  bindUdp: lost,
  resolve: lost,
};

const hasher = new MemoryHasher();
let made: DemoTorrent;
let clock: VirtualClock;
let records: Map<string, Uint8Array>;
let files: MemoryFileSystem;
let client: Client;
let demo: Demo;

beforeEach(async () => {
  made = await createDemoTorrent(hasher);
  clock = new VirtualClock();
  records = new Map();
  files = new MemoryFileSystem();
  await open();
});
afterEach(() => clock.settle(client.close()));

async function open(): Promise<void> {
  const http = new MemoryHttpClient({ clock, handler: lost });
  client = new Client({
    sockets: NO_SOCKETS,
    hasher,
    clock,
    random: new SeededRandom(1),
    store: new MemorySessionStore(records),
    logger: new RingLogger({ clock }),
    roots: new Map([['default', { kind: 'direct', files, freeBytes: () => Promise.resolve(undefined) }]]),
    createTrackers: trackerFactory({ http, clock, random: new SeededRandom(2) }),
    version: '0.1.0',
  });
  demo = new Demo({ client, clock, hasher });
  client.on('torrentAdded', ({ id }) => demo.look(id));
  client.on('torrentChanged', ({ id }) => demo.look(id));
  client.on('torrentRemoved', (id) => demo.look(id));
  await clock.settle(client.start());
}

const torrent = () => {
  const found = client.get(DEMO_ID);
  if (!found) throw new Error('the demo is not in the list');
  return found;
};
const isComplete = () => torrent().state.kind === 'seeding';
const contentOf = async (path: string): Promise<Uint8Array> => {
  const handle = await files.open(path, 'read');
  const { size = 0 } = (await files.stat(path)) ?? {};
  return (await handle.read(0, new Uint8Array(size))).buffer;
};

describe('the demo', () => {
  it('is always the same torrent', () => {
    expect(toHex(made.infoHash)).toBe(DEMO_ID);
  });

  it('is downloaded piece by piece without any network, byte for byte', async () => {
    const { torrentId, isNew } = await clock.settle(demo.add('Demo'));
    expect({ torrentId, isNew }).toEqual({ torrentId: DEMO_ID, isNew: true });
    expect(torrent().snapshot()).toMatchObject({ label: 'Demo', isPrivate: true, name: 'JSTorrent demo' });
    await clock.advance(2000);
    const half = torrent().snapshot();
    expect(half.wantedDoneBytes).toBeGreaterThan(0);
    expect(half.wantedDoneBytes).toBeLessThan(half.wantedBytes);
    expect(half.connectedPeers).toBe(1);
    await clock.runUntil(isComplete);
    const [strings, welcome] = [
      await contentOf('JSTorrent demo/Plucked strings.wav'),
      await contentOf('JSTorrent demo/Welcome.txt'),
    ];
    expect([...strings, ...welcome].length).toBe(made.content.length);
    expect(Buffer.compare(Buffer.concat([strings, welcome]), Buffer.from(made.content))).toBe(0);
    expect(new TextDecoder().decode(welcome)).toContain('without any network');
  });

  it('goes on after a pause, and after a restart', async () => {
    await clock.settle(demo.add('Demo'));
    await clock.advance(1500);
    await clock.settle(torrent().stop());
    await clock.advance(5000);
    torrent().start();
    await clock.advance(1500);
    await clock.settle(client.close());
    await open();
    await clock.runUntil(isComplete);
    expect(torrent().snapshot().wantedDoneBytes).toBe(made.content.length);
  });

  it('is removed like any other, and can be had again', async () => {
    await clock.settle(demo.add('Demo'));
    await clock.runUntil(isComplete);
    expect((await clock.settle(demo.add('Demo'))).isNew).toBe(false);
    await clock.settle(client.remove(DEMO_ID, { deleteFiles: true }));
    expect(await files.stat('JSTorrent demo/Welcome.txt')).toBeUndefined();
    expect((await clock.settle(demo.add('Demo'))).isNew).toBe(true);
    await clock.runUntil(isComplete);
  });
});
