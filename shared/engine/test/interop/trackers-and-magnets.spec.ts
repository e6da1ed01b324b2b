import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { Aria2Peer, LibtorrentPeer, OwnCli, startBittorrentTracker, startOpentracker } from './peers/index.js';

describe('peers found by HTTP trackers', () => {
  const lab = Lab.open();

  test('opentracker leads our leecher to a libtorrent seeder', async () => {
    const { infoHash } = await lab.createTorrent('hash');
    const tracker = lab.use(await startOpentracker([infoHash]));
    const { torrentFile } = await lab.createTorrent('opentracker', [tracker.announceUrl]);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const out = lab.path('opentracker-out');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out, '--allow-local'));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(out);
  });

  test('opentracker leads an aria2 leecher to our seeder', async () => {
    const { infoHash } = await lab.createTorrent('hash');
    const tracker = lab.use(await startOpentracker([infoHash]));
    const { torrentFile } = await lab.createTorrent('opentracker-aria2', [tracker.announceUrl]);
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('data'), '--allow-local'));
    await cli.waitComplete({ timeoutMs: 60_000 });
    const leecher = lab.use(await Aria2Peer.start());
    const out = lab.path('aria2-out');
    await leecher.leech({ source: { torrentFile }, outDir: out });
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await lab.expectSample(out);
  });

  test('a seeder that leaves is forgotten by bittorrent-tracker', async () => {
    const tracker = lab.use(await startBittorrentTracker());
    const { torrentFile, infoHash } = await lab.createTorrent('leaves', [tracker.announceUrl]);
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('data'), '--allow-local'));
    await cli.waitComplete({ timeoutMs: 60_000 });
    await expect.poll(() => tracker.seedsOf(infoHash), { timeout: 60_000 }).toBe(1);
    cli.interrupt();
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    expect(await tracker.seedsOf(infoHash)).toBe(0);
  });

  test('a magnet link with `tr` alone: peer, metadata and files come through the tracker', async () => {
    const { infoHash } = await lab.createTorrent('hash');
    const tracker = lab.use(await startOpentracker([infoHash]));
    const { torrentFile, magnet } = await lab.createTorrent('magnet-tr', [tracker.announceUrl]);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const out = lab.path('magnet-tr-out');
    const cli = lab.use(OwnCli.start('download', magnet, '--out', out, '--allow-local'));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(out);
  });

  test('a magnet link with `x.pe` alone', async () => {
    const { torrentFile, magnet } = await lab.createTorrent('magnet-xpe');
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const { host, port } = seeder.endpoint;
    const out = lab.path('magnet-xpe-out');
    const link = `${magnet}&x.pe=${host}:${port}`;
    const cli = lab.use(OwnCli.start('download', link, '--out', out, '--allow-local'));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(out);
  });

  test('our seeder gives metadata and files to a libtorrent that has only the magnet link', async () => {
    const { torrentFile, magnet } = await lab.createTorrent('magnet-seed');
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('data'), '--allow-local'));
    await cli.waitComplete({ timeoutMs: 60_000 });
    const leecher = lab.use(await LibtorrentPeer.start());
    const out = lab.path('magnet-seed-out');
    await leecher.leech({ source: { magnet }, outDir: out });
    await leecher.addPeer(await cli.endpoint());
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await lab.expectSample(out);
  });
});
