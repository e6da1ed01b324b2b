import { FileSystemError, type IFileSystem, type ISocketFactory, SocketError } from '@jstorrent/engine';
import { MemoryFileSystem, MemoryHasher, SeededRandom, VirtualClock, VirtualNetwork } from '@jstorrent/engine/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { SelfTest } from '../../src/offscreen/self-test.js';
import type { SelfTestReport } from '../../src/rpc/self-test.js';
import type { BridgeStatus } from '../../src/rpc/types.js';

let clock: VirtualClock;
let sockets: ISocketFactory;
let files: IFileSystem;
let bridge: BridgeStatus;
beforeEach(() => {
  clock = new VirtualClock();
  sockets = new VirtualNetwork({ clock, random: new SeededRandom(1) }).host('192.0.2.1');
  files = new MemoryFileSystem();
  bridge = { kind: 'ready', helperVersion: '1.2.3', lane: 'fast' };
});

const create = (): SelfTest =>
  new SelfTest({
    clock,
    sockets,
    files,
    hasher: new MemoryHasher(),
    known: () => ({ version: '0.1.0', bridge, isFastLaneWanted: true, isDhtEnabled: true, folders: [] }),
  });

const run = (): Promise<SelfTestReport> => clock.settle(create().run());

describe('the self-test', () => {
  it('measures every part and leaves nothing behind', async () => {
    const report = await run();
    expect(report).toMatchObject({ version: '0.1.0', bridge, isUdpWorking: true });
    expect(report.roundTripMs).toBeGreaterThanOrEqual(0);
    expect(report.laneBytesPerSecond).toBeGreaterThan(0);
    expect(report.hashBytesPerSecond).toBeGreaterThan(0);
    expect(report.disk).toEqual({
      writeBytesPerSecond: expect.any(Number) as number,
      readBytesPerSecond: expect.any(Number) as number,
    });
    expect(await files.list('')).toEqual([]);
  });

  it('asks nothing of a helper that is not there', async () => {
    bridge = { kind: 'missing' };
    sockets = new Proxy({} as ISocketFactory, {
      get: () => () => {
        throw new Error('asked');
      },
    });
    const report = await run();
    expect([report.roundTripMs, report.laneBytesPerSecond, report.isUdpWorking]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(report.hashBytesPerSecond).toBeGreaterThan(0);
  });

  it('goes on with the next part when one fails or never ends', async () => {
    const lost = () => Promise.reject(new SocketError('bridge-lost', 'gone'));
    sockets = {
      createTcpSocket: () => {
        throw new Error('not reached');
      },
      listenTcp: lost,
      resolve: lost,
      bindUdp: () => new Promise(() => undefined),
    };
    const report = await run();
    expect(report.laneBytesPerSecond).toBeUndefined();
    expect(report.isUdpWorking).toBeUndefined();
    expect(report.hashBytesPerSecond).toBeGreaterThan(0);
  });

  it('says why the disk took nothing', async () => {
    files.open = (path) => Promise.reject(new FileSystemError('no-space', path, 'full'));
    expect((await run()).disk).toEqual({ problem: 'no-space' });
  });

  it('runs once for all who ask at the same time', async () => {
    const test = create();
    const [first, second] = await clock.settle(Promise.all([test.run(), test.run()]));
    expect(second).toBe(first);
  });
});
