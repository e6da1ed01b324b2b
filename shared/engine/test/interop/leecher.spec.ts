import { describe, expect, test } from 'vitest';
import { CLIENTS, Lab } from './lab.js';
import { hashTree, LibtorrentPeer, OwnCli, writePayload } from './peers/index.js';

describe('our client downloads', () => {
  const lab = Lab.open();

  test.each(CLIENTS)('all files from %s, which it dials', async (name, start) => {
    const { torrentFile } = await lab.createTorrent(name);
    const seeder = lab.use(await start());
    await seeder.seed({ torrentFile, dataDir: await lab.writeSample(`${name}-data`) });
    const { host, port } = seeder.endpoint;
    const out = lab.path(`${name}-out`);
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out, '--peer', `${host}:${port}`));
    expect(await cli.exit({ timeoutMs: 90_000 })).toBe(0);
    await lab.expectSample(out);
  });

  test('a torrent that libtorrent made, from a libtorrent that dials us', async () => {
    const seeder = lab.use(await LibtorrentPeer.start());
    const torrentFile = lab.path('foreign.torrent');
    await seeder.createTorrent({
      path: lab.path('data', 'sample'),
      out: torrentFile,
      pieceLength: 65_536,
      trackers: [],
    });
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const out = lab.path('foreign-out');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out));
    await seeder.addPeer(await cli.endpoint());
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(out);
  });

  test('from two slow seeders at once, with at least 97 % of the bytes useful', async () => {
    await writePayload(lab.path('slow-data'), { files: [{ path: 'slow.bin', length: 12_000_000 }], seed: 'slow' });
    const torrentFile = lab.path('slow.torrent');
    await OwnCli.run('create', lab.path('slow-data', 'slow.bin'), '-o', torrentFile);
    const seeders = [lab.use(await LibtorrentPeer.start()), lab.use(await LibtorrentPeer.start())];
    for (const seeder of seeders) {
      await seeder.seed({ torrentFile, dataDir: lab.path('slow-data'), uploadBytesPerSecond: 1_000_000 });
    }
    const peers = seeders.flatMap(({ endpoint }) => ['--peer', `${endpoint.host}:${endpoint.port}`]);
    const out = lab.path('slow-out');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out, ...peers, '--allow-local'));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    expect(await hashTree(out)).toEqual(await hashTree(lab.path('slow-data')));
    const { downloadedBytes, wastedBytes } = cli.received;
    expect(wastedBytes / downloadedBytes).toBeLessThan(0.03);
    for (const seeder of seeders) expect((await seeder.status()).uploadedBytes).toBeGreaterThan(2_000_000);
  });
});
