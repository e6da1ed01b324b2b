import { describe, expect, it } from 'vitest';
import type { UploadRequest } from '../../src/core/upload-queue.js';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { scriptedLeech, serving } from '../simulation/scripted-leech.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { handshakeOf, seedScript, type WirePeer, type WireScript } from '../simulation/wire-peer.js';

const BLOCK = 16_384;
const PIECES = 30;
const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 2 * BLOCK, files: { 'a.bin': PIECES * 2 * BLOCK } });

const serve = serving(sample);

/** A leech, and scripted peers it has dialled. */
const setUp = (scripts: readonly WireScript[], swarm = new VirtualSwarm(1)) =>
  scriptedLeech(sample, scripts, { swarm });

const isRequest = ({ type }: WireMessage): boolean => type === 'request';

const silentSeed = seedScript(sample, 'silent', () => undefined);

describe('asking', () => {
  it('is interested in who has something, and not any more once nothing is missing there', async () => {
    const { clock, peers, close } = await setUp([
      {
        onHandshake: (peer) => {
          peer.shake(sample, 'one piece');
          peer.send({ type: 'have-none' }, { type: 'unchoke' });
        },
        onMessage: (peer, message) => {
          if (message.type === 'request') serve(peer, message);
        },
      },
    ]);
    await clock.advance(1000);
    expect(peers[0]?.got('interested')).toHaveLength(0);
    peers[0]?.send({ type: 'have', index: 4 });
    await clock.advance(1000);
    expect(peers[0]?.got('request').map(({ index, begin }) => [index, begin])).toEqual([
      [4, 0],
      [4, BLOCK],
    ]);
    expect(peers[0]?.messages.at(-1)).toMatchObject({ type: 'not-interested' });
    await close();
  });

  it('keeps no more than the depth outstanding, and asks for more as blocks arrive', async () => {
    let outstanding = 0;
    let most = 0;
    const swarm = new VirtualSwarm(1);
    const script = seedScript(sample, 'seed', (peer, request) => {
      most = Math.max(most, ++outstanding);
      swarm.clock.setTimer(200, () => {
        outstanding--;
        serve(peer, request);
      });
    });
    const { leech, torrent, close } = await setUp([script], swarm);
    expect(most).toBeLessThanOrEqual(4);
    await swarm.complete([torrent]);
    expect(most).toBeGreaterThan(4);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await close();
  });

  it('asks for all a peer has room for in one write', async () => {
    const swarm = new VirtualSwarm(1);
    const host = swarm.network.host('10.0.0.1');
    /** Of each write, how many REQUESTs it holds. */
    const bursts: number[] = [];
    const createTcpSocket = host.createTcpSocket.bind(host);
    host.createTcpSocket = () => {
      const socket = createTcpSocket();
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        // The handshake begins with 19, which is no length of ours.
        const requests = data[0] === 19 ? [] : PeerWireProtocol.parse(data).messages.filter(isRequest);
        if (requests.length > 0) bursts.push(requests.length);
        return send(data);
      };
      return socket;
    };
    const waiting: UploadRequest[] = [];
    const script = seedScript(sample, 'seed', (_peer, request) => waiting.push(request));
    const { clock, peers, close } = await scriptedLeech(sample, [script], { swarm, sockets: host });
    await clock.runUntil(() => waiting.length === 4);
    expect(bursts).toEqual([4]);
    const [peer] = peers;
    if (!peer) throw new Error('no peer was dialled');
    for (const request of waiting.splice(0)) serve(peer, request);
    await clock.advance(1000);
    // Each block makes room for itself and, as the queue still grows, for one more.
    expect(bursts).toEqual([4, 2, 2, 2, 2]);
    expect(waiting).toHaveLength(8);
    await close();
  });

  it('asks for nothing while it is choked or stopped', async () => {
    const { clock, torrent, peers, close } = await setUp([
      {
        onHandshake: (peer) => {
          peer.shake(sample, 'choker');
          peer.send({ type: 'have-all' });
        },
      },
    ]);
    await clock.advance(10_000);
    expect(peers[0]?.got('interested')).toHaveLength(1);
    expect(peers[0]?.got('request')).toHaveLength(0);
    peers[0]?.send({ type: 'unchoke' });
    await clock.advance(100);
    expect(peers[0]?.got('request').length).toBeGreaterThan(0);
    await clock.settle(torrent.stop());
    await clock.advance(100);
    expect(peers[0]?.isClosed).toBe(true);
    await close();
  });
});

describe('requests that are not answered', () => {
  it('go to another peer after a REJECT', async () => {
    const refuses = seedScript(sample, 'refuses', (peer, request) => {
      peer.send({ ...request, type: 'reject' });
    });
    const { swarm, torrent, close } = await setUp([refuses, seedScript(sample, 'seed', serve)]);
    await swarm.complete([torrent], { maxMs: 20_000 });
    expect(torrent.snapshot().wastedBytes).toBe(0);
    await close();
  });

  it('end the connection after 64 REJECTs in a row, unless blocks come between them or the peer chokes first', async () => {
    const reject = (peer: WirePeer, request: UploadRequest) => {
      peer.send({ ...request, type: 'reject' });
    };
    let asked = 0;
    const fickle = seedScript(sample, 'fickle', (peer, request) => {
      if (++asked % 50 === 0) serve(peer, request);
      else reject(peer, request);
    });
    const { clock, torrent, peers, close } = await setUp([seedScript(sample, 'refuses', reject), fickle]);
    await clock.runUntil(() => peers[0]?.isClosed ?? false, { maxMs: 10_000 });
    expect(peers[0]?.got('request').length).toBeGreaterThanOrEqual(65);
    expect(peers[0]?.got('request').length).toBeLessThan(80);
    await clock.runUntil(() => asked > 500, { maxMs: 20_000 });
    expect(torrent.peers.size).toBe(1);
    await close();
    let chokes = 0;
    const choker = seedScript(sample, 'chokes', (peer, request) => {
      chokes++;
      peer.send({ type: 'choke' }, { ...request, type: 'reject' }, { type: 'unchoke' });
    });
    const other = await setUp([choker]);
    await other.clock.runUntil(() => chokes > 200, { maxMs: 20_000 });
    expect(other.torrent.peers.size).toBe(1);
    await other.close();
  });

  it('go to another peer after a CHOKE without BEP 6, but what was on its way for 2 s is taken', async () => {
    const plain = { ...handshakeOf(sample, 'plain'), reserved: new Uint8Array(8) };
    const asked: UploadRequest[] = [];
    const { clock, torrent, peers, close } = await setUp([
      {
        onHandshake: (peer) => {
          peer.sendRaw(PeerWireProtocol.encodeHandshake(plain));
          peer.send({
            type: 'bitfield',
            bits: new Uint8Array(4).fill(0xff).map((byte, at) => (at === 3 ? 0xfc : byte)),
          });
          peer.send({ type: 'unchoke' });
        },
        onMessage: (_, message) => {
          if (message.type === 'request') asked.push(message);
        },
      },
    ]);
    await clock.advance(100);
    const [first, second] = asked as [UploadRequest, UploadRequest];
    peers[0]?.send({ type: 'choke' });
    await clock.advance(1000);
    serve(peers[0] as WirePeer, first);
    await clock.advance(500);
    expect(torrent.snapshot()).toMatchObject({ downloadedBytes: BLOCK, wastedBytes: 0 });
    await clock.advance(3000);
    serve(peers[0] as WirePeer, second);
    await clock.advance(500);
    expect(torrent.snapshot()).toMatchObject({ downloadedBytes: 2 * BLOCK, wastedBytes: BLOCK });
    expect(torrent.peers.size).toBe(1);
    await close();
  });

  it('make a silent peer snubbed after 20 s, and its blocks are asked of others in endgame', async () => {
    const { clock, swarm, torrent, close } = await setUp([silentSeed, seedScript(sample, 'seed', serve)]);
    await swarm.complete([torrent], { maxMs: 20_000 });
    await close();
    expect(clock.now()).toBeLessThan(20_000);
    const alone = await setUp([silentSeed]);
    await alone.clock.advance(25_000);
    expect([...alone.torrent.peers][0]?.isSnubbed).toBe(true);
    await alone.close();
  });

  it('are taken back after 60 s, and late blocks are waste but no crime', async () => {
    const asked: UploadRequest[] = [];
    const { clock, torrent, peers, close } = await setUp([
      seedScript(sample, 'late', (_, request) => {
        asked.push(request);
      }),
    ]);
    await clock.advance(65_000);
    const late = asked.slice(0, 4);
    for (const request of late) for (let count = 0; count < 10; count++) serve(peers[0] as WirePeer, request);
    await clock.advance(5000);
    expect(torrent.peers.size).toBe(1);
    expect(torrent.snapshot().wastedBytes).toBeGreaterThan(0);
    await close();
  });
});

describe('what arrives', () => {
  it('is told to the other peers by HAVE once it is verified, not before', async () => {
    const { clock, torrent, peers, close } = await setUp([
      seedScript(sample, 'seed', serve),
      {
        onHandshake: (peer) => {
          peer.shake(sample, 'empty');
          peer.send({ type: 'have-none' });
        },
      },
    ]);
    await clock.runUntil(() => torrent.state.kind === 'seeding');
    await clock.advance(100);
    const told = peers[1]?.got('have').map(({ index }) => index) ?? [];
    expect(told.toSorted((a, b) => a - b)).toEqual([...Array(PIECES).keys()]);
    expect(peers[0]?.got('have')).toEqual([]);
    await close();
  });

  it('from a seed ends with the connection, for two seeds have nothing to give each other', async () => {
    const { clock, swarm, torrent, peers, close } = await setUp([seedScript(sample, 'seed', serve)]);
    await swarm.complete([torrent]);
    await clock.advance(1000);
    expect(peers[0]?.isClosed).toBe(true);
    expect(torrent.peers.size).toBe(0);
    await close();
  });
});
