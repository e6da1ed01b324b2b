import { describe, expect, test } from 'vitest';
import { CLIENTS, Lab } from './lab.js';
import { LibtorrentPeer, OwnCli, SAMPLE_FILES } from './peers/index.js';

describe('our client seeds', () => {
  const lab = Lab.open();

  test.each(CLIENTS)('all files to %s', async (name, start) => {
    const { torrentFile } = await lab.createTorrent(name);
    const leecher = lab.use(await start());
    const out = lab.path(`${name}-out`);
    await leecher.leech({ source: { torrentFile }, outDir: out });
    // Who cannot be told to dial us is dialled.
    const { host, port } = leecher.endpoint;
    const dial = leecher.canDial ? [] : ['--peer', `${host}:${port}`];
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('data'), ...dial));
    await cli.waitComplete({ timeoutMs: 60_000 });
    if (leecher.canDial) await leecher.addPeer(await cli.endpoint());
    await leecher.waitComplete({ timeoutMs: 120_000 });
    // Transmission makes no file without bytes.
    await lab.expectSample(out, { withoutEmptyFiles: name === 'transmission' });
    cli.interrupt();
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
  });

  test('the torrent that our client made reads the same in libtorrent', async () => {
    const { torrentFile, infoHash } = await lab.createTorrent('described', ['http://127.0.0.1:1/announce']);
    const libtorrent = lab.use(await LibtorrentPeer.start());
    const described = await libtorrent.describe(torrentFile);
    expect(described.infoHash).toBe(infoHash);
    const files = Object.fromEntries(described.files);
    const expected = SAMPLE_FILES.map(({ path, length }) => [`sample/${path}`, length] as const);
    expect(files).toEqual(Object.fromEntries(expected));
  });

  test('three libtorrent leechers at once, which also share among themselves', async () => {
    const { torrentFile } = await lab.createTorrent('three');
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('data'), '--allow-local'));
    await cli.waitComplete({ timeoutMs: 60_000 });
    const leechers = await Promise.all(
      [0, 1, 2].map(async (index) => {
        const leecher = lab.use(await LibtorrentPeer.start());
        await leecher.leech({ source: { torrentFile }, outDir: lab.path(`three-${index}`) });
        await leecher.addPeer(await cli.endpoint());
        return leecher;
      }),
    );
    for (const leecher of leechers) await leecher.waitComplete({ timeoutMs: 60_000 });
    for (const index of [0, 1, 2]) await lab.expectSample(lab.path(`three-${index}`));
  });
});
