import { describe, expect, it } from 'vitest';
import { encodeDontHave } from '../../src/protocol/dont-have.js';
import {
  encodeExtendedHandshake,
  EXTENDED_HANDSHAKE_ID,
  type ExtendedHandshake,
  parseExtendedHandshake,
} from '../../src/protocol/extension-protocol.js';
import { encodePexMessage, parsePexMessage } from '../../src/protocol/pex.js';
import { parseIp } from '../../src/utils/ip-address.js';
import { RecordingSockets } from './recording-sockets.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';
import { WirePeer } from './wire-peer.js';

const PORT = 6881;
const MINUTE = 60_000;
const THEIR_PEX_ID = 77;
const sample = makeTorrent({ name: 'a.bin', seed: 5, pieceLength: 16 * 1024, files: { 'a.bin': 100_000 } });
const secret = makeTorrent({
  name: 'b.bin',
  seed: 7,
  pieceLength: 16_384,
  files: { 'b.bin': 100_000 },
  isPrivate: true,
});
const magnet = `magnet:?xt=urn:btih:${sample.id}`;
const album = makeTorrent({ name: 'album', seed: 6, pieceLength: 16 * 1024, files: { one: 40_000, two: 50_000 } });

const say = (peer: WirePeer, extendedId: number, payload: Uint8Array) => {
  peer.send({ type: 'extended', extendedId, payload });
};
const greet = (peer: WirePeer, handshake: Partial<ExtendedHandshake>) => {
  say(peer, EXTENDED_HANDSHAKE_ID, encodeExtendedHandshake(handshake));
};
const speaksPex = { extensions: new Map([['ut_pex', THEIR_PEX_ID]]) };
/** What a peer was told of itself and of us, one after the other. */
const greetings = (peer: WirePeer) =>
  peer
    .got('extended')
    .filter(({ extendedId }) => extendedId === EXTENDED_HANDSHAKE_ID)
    .map(({ payload }) => parseExtendedHandshake(payload));
const pexOf = (peer: WirePeer) =>
  peer
    .got('extended')
    .filter(({ extendedId }) => extendedId === THEIR_PEX_ID)
    .map(({ payload }) => parsePexMessage(payload));
async function join(swarm: VirtualSwarm, node: SwarmNode, ip: string, torrent = sample): Promise<WirePeer> {
  const host = swarm.network.host(ip);
  const peer = await WirePeer.dial(swarm.clock, host, { ip: node.ip, port: PORT });
  peer.shake(torrent, ip);
  await swarm.clock.advance(100);
  return peer;
}

describe('the extended handshake (BEP 10)', () => {
  it('tells a peer its address, our name, port and queue, and later what has changed', async () => {
    const swarm = new VirtualSwarm(1);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT } });
    await swarm.add(node, { magnet });
    const peer = await join(swarm, node, '60.0.0.2');
    const [first] = greetings(peer);
    expect(first).toMatchObject({
      client: 'JSTorrent 0.1.0',
      port: PORT,
      requestQueue: 2000,
      metadataSize: undefined,
      yourIp: Uint8Array.of(60, 0, 0, 2),
      isUploadOnly: false,
    });
    expect([...(first?.extensions.keys() ?? [])]).toEqual(['lt_donthave', 'ut_metadata', 'ut_pex']);
    const seed = await swarm.node('50.0.0.3', { settings: { listenPort: PORT } });
    swarm.writeFiles(seed, sample);
    await swarm.add(seed, { metainfo: sample.metainfo }, { peers: [{ host: '50.0.0.1', port: PORT }] });
    await swarm.clock.advance(MINUTE);
    const all = greetings(peer);
    expect(all.map(({ isUploadOnly }) => isUploadOnly)).toEqual([false, false, true]);
    expect(all[1]?.metadataSize).toBeGreaterThan(0);
    await swarm.close([node, seed]);
  });

  it('what peers see as our address is told to others and never dialled, by majority', async () => {
    const swarm = new VirtualSwarm(2);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT, allowLocalPeers: false } });
    const torrent = await swarm.add(node, { magnet });
    for (const [index, address] of [9, 7, 7].entries()) {
      const peer = await join(swarm, node, `60.0.0.${index + 1}`);
      greet(peer, { yourIp: Uint8Array.of(50, 0, 0, address) });
    }
    const last = await join(swarm, node, '60.0.0.8');
    expect(greetings(last)[0]?.ipv4).toEqual(Uint8Array.of(50, 0, 0, 7));
    const before = torrent.snapshot().knownPeers;
    torrent.addPeer({ host: '50.0.0.7', port: PORT }, 'pex');
    expect(torrent.snapshot().knownPeers).toBe(before);
    torrent.addPeer({ host: '50.0.0.7', port: PORT + 1 }, 'pex');
    expect(torrent.snapshot().knownPeers).toBe(before + 1);
    await swarm.close([node]);
  });
});

describe('the other address of a peer (BEP 10 ipv4, ipv6)', () => {
  it.each([
    ['is dialled where the first one fails', sample, ['60.0.0.2', '2001:db8::2']],
    ['of a private torrent is not (BEP 27)', secret, ['60.0.0.2']],
  ])('%s', async (_, torrent, expected) => {
    const swarm = new VirtualSwarm(6);
    const sockets = new RecordingSockets(swarm.network.host('50.0.0.1'));
    const node = await swarm.node('50.0.0.1', { sockets, settings: { listenPort: PORT, allowLocalPeers: false } });
    await swarm.add(node, { metainfo: torrent.metainfo }, { peers: [{ host: '60.0.0.2', port: PORT }] });
    const reached: string[] = [];
    const script = { onHandshake: () => void reached.push('2001:db8::2') };
    await WirePeer.listen(swarm.clock, swarm.network.host('2001:db8::2'), PORT, script);
    const peer = await join(swarm, node, '60.0.0.2', torrent);
    greet(peer, { port: PORT, ipv6: parseIp('2001:db8::2') });
    await swarm.clock.advance(100);
    peer.socket.close();
    await swarm.clock.advance(4 * MINUTE);
    expect([...new Set(sockets.log)]).toEqual(expected.map((host) => `tcp ${host}:${PORT}`));
    expect(new Set(reached).size).toBe(expected.length - 1);
    await swarm.close([node]);
  });
});

describe('upload only (BEP 21)', () => {
  it('two that download nothing part, a partial seed and one that says so among them', async () => {
    const swarm = new VirtualSwarm(3);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT } });
    swarm.writeFiles(node, album);
    const torrent = await swarm.add(node, { metainfo: album.metainfo }, { wantedFiles: [0] });
    await swarm.clock.runUntil(() => torrent.state.kind === 'seeding');
    const [downloader, uploader] = [
      await join(swarm, node, '60.0.0.2', album),
      await join(swarm, node, '60.0.0.3', album),
    ];
    greet(downloader, { isUploadOnly: false });
    greet(uploader, { isUploadOnly: true });
    await swarm.clock.advance(1000);
    expect([downloader.isClosed, uploader.isClosed]).toEqual([false, true]);
    greet(downloader, { isUploadOnly: true });
    await swarm.clock.advance(1000);
    expect(downloader.isClosed).toBe(true);
    await swarm.close([node]);
  });
});

describe('lt_donthave (BEP 54)', () => {
  it('what a peer has no more is not asked of it', async () => {
    const swarm = new VirtualSwarm(4);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT } });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => torrent.state.kind === 'downloading');
    const peer = await join(swarm, node, '60.0.0.2');
    peer.send({ type: 'have-all' });
    await swarm.clock.advance(1000);
    const id = greetings(peer)[0]?.extensions.get('lt_donthave') ?? 0;
    for (const index of [0, 2, 3, 4, 5, 6]) say(peer, id, encodeDontHave(index));
    await swarm.clock.advance(1000);
    expect(peer.got('interested')).toHaveLength(1);
    peer.send({ type: 'unchoke' });
    await swarm.clock.advance(1000);
    expect(peer.got('request').map(({ index }) => index)).toEqual([1]);
    say(peer, id, encodeDontHave(1));
    await swarm.clock.advance(1000);
    expect(peer.got('not-interested')).toHaveLength(1);
    await swarm.close([node]);
  });
});

describe('what peers are told of each other (BEP 11)', () => {
  it('is whom they could dial under the public rules: no neighbours, and nobody whose port is unknown', async () => {
    const swarm = new VirtualSwarm(5);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT, allowLocalPeers: false } });
    await swarm.add(node, { magnet });
    const [listener, neighbour, silent, public_] = [
      await join(swarm, node, '60.0.0.2'),
      await join(swarm, node, '192.168.1.5'),
      await join(swarm, node, '60.0.0.3'),
      await join(swarm, node, '60.0.0.4'),
    ];
    greet(neighbour, { port: 1 });
    greet(public_, { port: 4, isUploadOnly: true });
    greet(listener, { ...speaksPex, port: 2 });
    await swarm.clock.advance(2000);
    expect(pexOf(listener)).toEqual([
      { added: [{ endpoint: { host: '60.0.0.4', port: 4 }, flags: 0x02 }], dropped: [] },
    ]);
    expect([silent, neighbour, public_].flatMap(pexOf)).toEqual([]);
    public_.socket.close();
    await swarm.clock.advance(MINUTE);
    expect(pexOf(listener)[1]).toEqual({ added: [], dropped: [{ host: '60.0.0.4', port: 4 }] });
    await swarm.close([node]);
  });

  it('hostile 26: who sends it all the time is dropped, and 10,000 addresses are 200', async () => {
    const swarm = new VirtualSwarm(6);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT, maxConnectionAttemptsPerSecond: 0 } });
    const torrent = await swarm.add(node, { magnet });
    const peer = await join(swarm, node, '60.0.0.2');
    greet(peer, speaksPex);
    const id = greetings(peer)[0]?.extensions.get('ut_pex') ?? 0;
    const added = Array.from({ length: 10_000 }, (_, index) => ({
      endpoint: { host: `70.0.${index >> 8}.${index & 255}`, port: index % 2 },
      flags: 0,
    }));
    const message = encodePexMessage({ added, dropped: [] });
    for (let count = 0; count < 6; count++) say(peer, id, message);
    await swarm.clock.advance(1000);
    expect(torrent.snapshot().knownPeers).toBe(101);
    expect(peer.isClosed).toBe(false);
    say(peer, id, message);
    await swarm.clock.advance(1000);
    expect(peer.isClosed).toBe(true);
    await swarm.close([node]);
  });
});

describe('select only (BEP 53)', () => {
  it('a magnet with so= downloads the files it names, once the metadata is here', async () => {
    const swarm = new VirtualSwarm(7);
    const seed = await swarm.node('50.0.0.2', { settings: { listenPort: PORT } });
    await swarm.seedFrom(seed, album);
    const node = await swarm.node('50.0.0.1', { settings: { listenPort: PORT } });
    const link = `magnet:?xt=urn:btih:${album.id}&x.pe=50.0.0.2:${PORT}&so=1`;
    const torrent = await swarm.add(node, { magnet: link });
    await swarm.complete([torrent]);
    expect(torrent.details().files.map(({ priority }) => priority)).toEqual([0, 4]);
    expect(torrent.details().files[1]?.doneBytes).toBe(50_000);
    expect(torrent.snapshot().wantedBytes).toBeLessThan(90_000);
    expect(hasAllFiles(node, { ...album, files: new Map([...album.files].slice(1)) })).toBe(true);
    await swarm.close([node, seed]);
  });
});
