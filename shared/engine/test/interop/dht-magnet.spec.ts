import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { OwnCli } from './peers/index.js';
import { LibtorrentDht } from './peers/libtorrent-dht.js';

describe('jstorrent in a DHT of 30 libtorrent nodes', () => {
  const lab = Lab.open();

  test('lists the peers of an info-hash, counts them, and downloads a magnet link with nothing else', async () => {
    const dht = lab.use(await LibtorrentDht.start());
    const { torrentFile, infoHash } = await lab.createTorrent('sample');
    await dht.seed({ torrentFile, dataDir: lab.path('data') });
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    const network = ['--allow-local', '--dht-bootstrap', dht.bootstrap];
    expect(await OwnCli.run('dht-peers', infoHash, ...network)).toBe(dht.seeder);
    const counts = JSON.parse(await OwnCli.run('scrape', magnet, '--dht', '--json', ...network)) as object;
    expect(counts).toEqual({ infoHash, trackers: [], dht: { seeds: 1, peers: 0 } });
    await OwnCli.run('download', magnet, '--out', lab.path('out'), '--no-pex', '--no-lsd', ...network);
    await lab.expectSample(lab.path('out'));
  });
});
