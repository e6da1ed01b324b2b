import { expect, test } from 'vitest';
import { Lab } from './lab.js';
import { hashTree, LibtorrentPeer, OwnCli, writePayload } from './peers/index.js';

const GIB = 1024 ** 3;
const lab = Lab.open();

test('1 GiB arrives from libtorrent byte for byte', async () => {
  await writePayload(lab.path('big'), { files: [{ path: 'big.bin', length: GIB }], seed: 'gigabyte' });
  const seeder = lab.use(await LibtorrentPeer.start());
  const torrentFile = lab.path('big.torrent');
  const path = lab.path('big', 'big.bin');
  await seeder.createTorrent({ path, out: torrentFile, pieceLength: 1024 * 1024, trackers: [] });
  await seeder.seed({ torrentFile, dataDir: lab.path('big') });
  const { host, port } = seeder.endpoint;
  const out = lab.path('big-out');
  const cli = lab.use(OwnCli.start('download', torrentFile, '--out', out, '--peer', `${host}:${port}`));
  expect(await cli.exit({ timeoutMs: 270_000 })).toBe(0);
  expect(await hashTree(out)).toEqual(await hashTree(lab.path('big')));
  expect(cli.received).toMatchObject({ downloadedBytes: GIB, wastedBytes: 0 });
});
