import { describe, expect, test } from 'vitest';
import { Lab } from './lab.js';
import { Lan, LibtorrentPeer, OwnCli, TransmissionPeer, waitUntil } from './peers/index.js';

const TIMEOUT_MS = 90_000;

// Hosts of their own need the network namespaces of Linux.
describe.skipIf(process.platform !== 'linux').concurrent('local discovery (BEP 14)', () => {
  const lab = Lab.open();
  const openLan = async () => lab.use(await Lan.open());

  test('alone leads our leecher to a libtorrent seeder that dials nobody', async () => {
    const lan = await openLan();
    const { magnet, torrentFile } = await lab.createTorrent('libtorrent-seeds');
    const out = lab.path('libtorrent-seeds');
    const cli = lab.use(OwnCli.startOn(await lan.host(), 'download', magnet, '--out', out));
    await cli.endpoint();
    const settings = { enable_lsd: true, seeding_outgoing_connections: false };
    const seeder = lab.use(await LibtorrentPeer.start({ host: await lan.host(), settings }));
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    expect(await cli.exit({ timeoutMs: TIMEOUT_MS })).toBe(0);
    await lab.expectSample(out);
  });

  test('alone leads a libtorrent leecher that nobody can dial to our seeder', async () => {
    const lan = await openLan();
    const { magnet, torrentFile } = await lab.createTorrent('libtorrent-leeches');
    const settings = { enable_lsd: true, enable_incoming_tcp: false };
    const leecher = lab.use(await LibtorrentPeer.start({ host: await lan.host(), settings }));
    const outDir = lab.path('libtorrent-leeches');
    await leecher.leech({ source: { magnet }, outDir });
    lab.use(OwnCli.startOn(await lan.host(), 'seed', torrentFile, '--from', lab.path('data')));
    await leecher.waitComplete({ timeoutMs: TIMEOUT_MS });
    await lab.expectSample(outDir);
  });

  test('alone leads our leecher to our seeder where both have global IPv6 addresses and no others', async () => {
    const lan = await openLan();
    const { magnet, torrentFile } = await lab.createTorrent('global');
    const out = lab.path('global');
    const newHost = () => lan.host({ hasGlobalIPv6Alone: true });
    const cli = lab.use(OwnCli.startOn(await newHost(), 'download', magnet, '--out', out));
    await cli.endpoint();
    lab.use(OwnCli.startOn(await newHost(), 'seed', torrentFile, '--from', lab.path('data')));
    expect(await cli.exit({ timeoutMs: TIMEOUT_MS })).toBe(0);
    await lab.expectSample(out);
  });

  test('alone leads our leecher to a transmission seeder', async () => {
    const lan = await openLan();
    const { magnet, torrentFile } = await lab.createTorrent('transmission-seeds');
    const out = lab.path('transmission-seeds');
    const cli = lab.use(OwnCli.startOn(await lan.host(), 'download', magnet, '--out', out));
    await cli.endpoint();
    const seeder = lab.use(await TransmissionPeer.start({ host: await lan.host(), usesLocalDiscovery: true }));
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    expect(await cli.exit({ timeoutMs: TIMEOUT_MS })).toBe(0);
    await lab.expectSample(out);
  });

  test('alone leads a transmission leecher to our seeder', async () => {
    const lan = await openLan();
    const { torrentFile } = await lab.createTorrent('transmission-leeches');
    // Whoever hears an announce dials the announcer: ours must come when that of transmission is past, which a third one tells.
    const mute = { enable_lsd: true, enable_incoming_tcp: false, outgoing_interfaces: '10.77.255.255' };
    const witness = lab.use(await LibtorrentPeer.start({ host: await lan.host(), settings: mute }));
    await witness.leech({ source: { torrentFile }, outDir: lab.path('witness') });
    const leecher = lab.use(await TransmissionPeer.start({ host: await lan.host(), usesLocalDiscovery: true }));
    const outDir = lab.path('transmission-leeches');
    await leecher.leech({ source: { torrentFile }, outDir });
    const isAnnounced = async () => (await witness.status()).knownPeers > 0;
    await waitUntil(isAnnounced, { timeoutMs: TIMEOUT_MS, what: 'transmission announces' });
    lab.use(OwnCli.startOn(await lan.host(), 'seed', torrentFile, '--from', lab.path('data')));
    const isFound = async () => (await leecher.sources()).fromLpd > 0;
    await waitUntil(isFound, { timeoutMs: TIMEOUT_MS, what: 'transmission finds our client' });
    await leecher.waitComplete({ timeoutMs: TIMEOUT_MS });
    await lab.expectSample(outDir, { withoutEmptyFiles: true });
  });
});
