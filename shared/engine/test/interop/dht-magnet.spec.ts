import { describe, test } from 'vitest';
import { Lab } from './lab.js';
import { OwnCli } from './peers/index.js';
import { LibtorrentDht } from './peers/libtorrent-dht.js';

describe('jstorrent in a DHT of 30 libtorrent nodes', () => {
  const lab = Lab.open();

  test('downloads a magnet link with nothing but an info-hash', async () => {
    const dht = lab.use(await LibtorrentDht.start());
    const { torrentFile, infoHash } = await lab.createTorrent('sample');
    await dht.seed({ torrentFile, dataDir: lab.path('data') });
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    const network = ['--allow-local', '--dht-bootstrap', dht.bootstrap, '--no-pex', '--no-lsd'];
    await OwnCli.run('download', magnet, '--out', lab.path('out'), ...network);
    await lab.expectSample(lab.path('out'));
  });
});
