import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { LibtorrentPeer, OwnCli } from './peers/index.js';

describe('the exit code of jstorrent', () => {
  const lab = Lab.open();

  test('a second download into the same folder verifies what is there and needs no peer', async () => {
    const { torrentFile } = await lab.createTorrent('again');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', lab.path('data')));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    expect(cli.received.downloadedBytes).toBe(0);
  });

  test('one flipped byte on disk is found and only its piece is fetched again', async () => {
    const { torrentFile } = await lab.createTorrent('flipped');
    const folder = await lab.writeSample('flipped-data');
    const file = await open(lab.path('flipped-data', 'sample', 'a first.bin'), 'r+');
    await file.write(Buffer.from([0x55, 0xaa]), 0, 2, 500_000);
    await file.close();
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const { host, port } = seeder.endpoint;
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', folder, '--peer', `${host}:${port}`));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
    await lab.expectSample(folder);
    expect(cli.received.downloadedBytes).toBeGreaterThan(0);
    expect(cli.received.downloadedBytes).toBeLessThanOrEqual(2 * 16_384);
  });

  test('an interrupted download exits with 1 and says what is missing', async () => {
    const { torrentFile } = await lab.createTorrent('interrupted');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', lab.path('interrupted-out')));
    await cli.endpoint();
    cli.interrupt();
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(1);
    expect(cli.output).toMatch(/jstorrent: interrupted with .* missing/);
  });

  test('seeding what is not there exits with 1', async () => {
    const { torrentFile } = await lab.createTorrent('absent');
    const cli = lab.use(OwnCli.start('seed', torrentFile, '--from', lab.path('absent-data')));
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(1);
    expect(cli.output).toMatch(/jstorrent: cannot seed: .* missing/);
  });

  test('a download that is told to seed goes on until it is interrupted, then exits with 0', async () => {
    const { torrentFile } = await lab.createTorrent('goes-on');
    const cli = lab.use(OwnCli.start('download', torrentFile, '--out', lab.path('data'), '--seed'));
    await cli.waitComplete({ timeoutMs: 60_000 });
    const leecher = lab.use(await LibtorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: lab.path('goes-on-out') });
    await leecher.addPeer(await cli.endpoint());
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await lab.expectSample(lab.path('goes-on-out'));
    cli.interrupt();
    expect(await cli.exit({ timeoutMs: 60_000 })).toBe(0);
  });

  test('the .torrent file may be at an address, of this machine only where that is allowed', async () => {
    const { torrentFile } = await lab.createTorrent('by-url');
    const file = await readFile(torrentFile);
    const server = createServer((_request, response) => response.end(file)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.torrent`;
    const download = (...options: string[]) =>
      lab.use(OwnCli.start('download', url, '--out', lab.path('data'), ...options));
    const refused = download();
    expect(await refused.exit({ timeoutMs: 15_000 })).toBe(1);
    expect(refused.output).toMatch(/jstorrent: http:.* may not be asked/);
    expect(await download('--allow-local').exit({ timeoutMs: 30_000 })).toBe(0);
    server.close();
  });

  test('a file that is no torrent and an unknown option each give one line and no stack', async () => {
    await writeFile(lab.path('no.torrent'), 'hello');
    const broken = lab.use(OwnCli.start('download', lab.path('no.torrent'), '--out', lab.path('x')));
    expect(await broken.exit({ timeoutMs: 60_000 })).toBe(1);
    expect(broken.output).toMatch(/jstorrent: .*\n {2}\[exit 1\]$/);
    const unknown = lab.use(OwnCli.start('download', 'magnet:?', '--frobnicate'));
    expect(await unknown.exit({ timeoutMs: 60_000 })).toBe(2);
    expect(unknown.output).toMatch(/frobnicate.*\n {2}\[exit 2\]$/);
  });
});
