import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { LibtorrentPeer, OwnCli } from './peers/index.js';

/** So little that nobody gets the sample by it while a test runs. */
const TRICKLE_BYTES_PER_SECOND = 2_000;

describe('peer exchange (BEP 11)', () => {
  const lab = Lab.open();

  test('a libtorrent peer leads our leecher to the seeder it knows', async () => {
    const { torrentFile } = await lab.createTorrent('told');
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const middle = lab.use(await LibtorrentPeer.start());
    await middle.leech({
      source: { torrentFile },
      outDir: lab.path('told-middle'),
      downloadBytesPerSecond: TRICKLE_BYTES_PER_SECOND,
    });
    await middle.addPeer(seeder.endpoint);
    const out = lab.path('told-out');
    const peer = `127.0.0.1:${middle.endpoint.port}`;
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out, '--allow-local', '--peer', peer));
    expect(await cli.exit({ timeoutMs: 120_000 })).toBe(0);
    await lab.expectSample(out);
    expect((await middle.status()).progress).toBeLessThan(1);
  });

  test('we lead two libtorrent peers to each other', async () => {
    const { torrentFile } = await lab.createTorrent('tell');
    const one = lab.use(await LibtorrentPeer.start());
    const other = lab.use(await LibtorrentPeer.start());
    await one.leech({ source: { torrentFile }, outDir: lab.path('tell-one') });
    await other.leech({ source: { torrentFile }, outDir: lab.path('tell-other') });
    const peers = [one, other].flatMap(({ endpoint }) => ['--peer', `127.0.0.1:${endpoint.port}`]);
    lab.use(OwnCli.start('download', torrentFile, '--out', lab.path('tell-out'), '--allow-local', ...peers));
    await expect.poll(async () => (await one.status()).peers, { timeout: 130_000, interval: 500 }).toBe(2);
  });
});
