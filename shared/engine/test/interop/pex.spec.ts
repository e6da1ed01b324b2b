import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { Lan, LibtorrentPeer, OwnCli, TransmissionPeer, waitUntil, type LanHost } from './peers/index.js';

/** So little that nobody gets the sample by it while a test runs. */
const TRICKLE_BYTES_PER_SECOND = 2_000;
/** Transmission tells of peers every 90 s, others every 60 s. */
const TIMEOUT_MS = 180_000;
/** For a seeder: it answers, and never begins. */
const DIALS_NOBODY = { seeding_outgoing_connections: false };

/** Each with its own address, so that nothing but the exchange can tell of it. Hosts of their own need the network namespaces of Linux. */
describe.skipIf(process.platform !== 'linux').concurrent('peer exchange (BEP 11)', () => {
  const lab = Lab.open();
  const openLan = async () => lab.use(await Lan.open());
  const addressOf = (host: LanHost, family: string) => (family === 'IPv6' ? host.address6 : host.address);
  const peerOption = (host: string, port: number) => [
    '--peer',
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  ];

  test.each(['IPv4', 'IPv6'])('a libtorrent peer leads our leecher to the seeder it knows, by %s', async (family) => {
    const lan = await openLan();
    const [ours, seeding, leeching] = [await lan.host(), await lan.host(), await lan.host()];
    const { torrentFile } = await lab.createTorrent(`told-${family}`);
    const seeder = lab.use(await LibtorrentPeer.start({ host: seeding, settings: DIALS_NOBODY }));
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const middle = lab.use(await LibtorrentPeer.start({ host: leeching }));
    await middle.leech({
      source: { torrentFile },
      outDir: lab.path(`told-${family}-middle`),
      downloadBytesPerSecond: TRICKLE_BYTES_PER_SECOND,
    });
    await middle.addPeer({ host: addressOf(seeding, family), port: seeder.endpoint.port });
    const out = lab.path(`told-${family}-out`);
    const peer = peerOption(addressOf(leeching, family), middle.endpoint.port);
    const options = ['--no-lsd', '--allow-local', ...peer];
    const cli = lab.use(OwnCli.startOn(ours, 'download', torrentFile, '--out', out, ...options));
    expect(await cli.exit({ timeoutMs: TIMEOUT_MS })).toBe(0);
    await lab.expectSample(out);
    expect((await middle.status()).progress).toBeLessThan(1);
  });

  test.each(['IPv4', 'IPv6'])('we lead two libtorrent peers to each other, by %s', async (family) => {
    const lan = await openLan();
    const hosts = [await lan.host(), await lan.host()];
    const { torrentFile } = await lab.createTorrent(`tell-${family}`);
    const peers: LibtorrentPeer[] = [];
    const options = ['--no-lsd', '--allow-local'];
    for (const host of hosts) {
      const peer = lab.use(await LibtorrentPeer.start({ host }));
      await peer.leech({ source: { torrentFile }, outDir: lab.path(`tell-${family}-${host.address}`) });
      options.push(...peerOption(addressOf(host, family), peer.endpoint.port));
      peers.push(peer);
    }
    lab.use(OwnCli.startOn(await lan.host(), 'download', torrentFile, '--out', lab.path(`tell-${family}`), ...options));
    const isTold = async () => {
      const all = (await Promise.all(peers.map((peer) => peer.connections()))).flat();
      return all.find(({ sources, isDialled }) => isDialled && sources.includes('pex'));
    };
    const { host } = await waitUntil(isTold, { timeoutMs: TIMEOUT_MS, what: 'libtorrent dials the other' });
    expect(hosts.map((one) => addressOf(one, family))).toContain(host);
  });

  test('a transmission peer leads our leecher to the seeder it knows', async () => {
    const lan = await openLan();
    const [ours, seeding, leeching] = [await lan.host(), await lan.host(), await lan.host()];
    const { torrentFile } = await lab.createTorrent('told-transmission');
    const middle = lab.use(await TransmissionPeer.start({ host: leeching, usesLocalDiscovery: true }));
    await middle.leech({
      source: { torrentFile },
      outDir: lab.path('told-transmission-middle'),
      downloadBytesPerSecond: TRICKLE_BYTES_PER_SECOND,
    });
    const seeder = lab.use(
      await LibtorrentPeer.start({ host: seeding, settings: { ...DIALS_NOBODY, enable_lsd: true } }),
    );
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const isIntroduced = async () => (await middle.sources()).fromLpd > 0;
    await waitUntil(isIntroduced, { timeoutMs: TIMEOUT_MS, what: 'transmission knows the seeder' });
    const out = lab.path('told-transmission');
    const peer = peerOption(leeching.address, middle.endpoint.port);
    const options = ['--no-lsd', '--allow-local', ...peer];
    const cli = lab.use(OwnCli.startOn(ours, 'download', torrentFile, '--out', out, ...options));
    expect(await cli.exit({ timeoutMs: TIMEOUT_MS })).toBe(0);
    await lab.expectSample(out);
    expect(await middle.progress()).toBeLessThan(1);
  });

  test('we lead a transmission peer to the seeder we know', async () => {
    const lan = await openLan();
    const [ours, seeding, leeching] = [await lan.host(), await lan.host(), await lan.host()];
    const { torrentFile } = await lab.createTorrent('tell-transmission');
    const seeder = lab.use(await LibtorrentPeer.start({ host: seeding, settings: DIALS_NOBODY }));
    const dataDir = lab.path('data');
    await seeder.seed({ torrentFile, dataDir, uploadBytesPerSecond: TRICKLE_BYTES_PER_SECOND });
    const transmission = lab.use(await TransmissionPeer.start({ host: leeching }));
    await transmission.leech({ source: { torrentFile }, outDir: lab.path('tell-transmission') });
    const peers = [seeder, transmission].flatMap(({ endpoint }) => peerOption(endpoint.host, endpoint.port));
    const options = ['--no-lsd', '--allow-local', ...peers];
    lab.use(OwnCli.startOn(ours, 'download', torrentFile, '--out', lab.path('tell-ours'), ...options));
    const isTold = async () => (await transmission.sources()).fromPex > 0;
    await waitUntil(isTold, { timeoutMs: TIMEOUT_MS, what: 'transmission dials whom we named' });
  });
});
