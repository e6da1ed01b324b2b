import { describe, expect, it } from 'vitest';
import type { ClientSettings } from '../../src/core/settings.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { RecordingSockets } from './recording-sockets.js';
import { hasAllFiles, makeTorrent, type SampleTorrent, VirtualSwarm, type SwarmNode } from './virtual-swarm.js';

const MINUTE = 60_000;
const PORT = 6881;
const ROUTER = `10.0.0.1:${PORT}`;
/** Clients that are the network: each looks for something of its own that nobody has. */
const RESIDENTS = 8;
const TOTAL_MS = 60_000;

const make = (name: string, isPrivate: boolean): SampleTorrent =>
  makeTorrent({ name, seed: 5, pieceLength: 16 * 1024, files: { [name]: 120_000 }, isPrivate });
const sample = make('film.bin', false);
const secret = make('secret.bin', true);
const bare = (id: string) => `magnet:?xt=urn:btih:${id}`;
const LONELY = bare('5'.repeat(40));

type NodeOptions = Parameters<VirtualSwarm['node']>[1];

/** A DHT of whole clients, which find each other by nothing else. */
class DhtSwarm extends VirtualSwarm {
  readonly nodes: SwarmNode[] = [];

  static async start(): Promise<DhtSwarm> {
    const swarm = new DhtSwarm(7);
    for (let index = 1; index <= RESIDENTS; index++) {
      const resident = await swarm.join(`10.0.0.${index}`, { settings: { dhtBootstrap: index === 1 ? [] : [ROUTER] } });
      await swarm.add(resident, { magnet: bare(String(index).repeat(40)) });
      await swarm.clock.advance(1000);
    }
    await swarm.clock.advance(10_000);
    return swarm;
  }

  async join(ip: string, options: NodeOptions & { readonly settings?: Partial<ClientSettings> } = {}) {
    const settings = { listenPort: PORT, enablePex: false, dhtBootstrap: [ROUTER], ...options.settings };
    const node = await this.node(ip, { latencyMs: 20, usesDht: true, ...options, settings });
    this.nodes.push(node);
    return node;
  }

  async leave(node: SwarmNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    await this.close([node]);
  }
}

const knownNodes = ({ client }: SwarmNode): number => client.snapshot().dhtNodes ?? 0;

describe('whole clients in the DHT', () => {
  it('download a magnet link with nothing but an info-hash', async () => {
    const swarm = await DhtSwarm.start();
    const seed = await swarm.join('10.0.1.1');
    await swarm.seedFrom(seed, sample);
    await swarm.clock.advance(10_000);
    const leech = await swarm.join('10.0.1.2');
    const torrent = await swarm.add(leech, { magnet: bare(sample.id) });
    await swarm.clock.runUntil(() => torrent.state.kind === 'downloading', { maxMs: TOTAL_MS });
    expect(torrent.details().peers.map(({ sources }) => sources)).toEqual([['dht']]);
    await swarm.complete([torrent], { maxMs: TOTAL_MS });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close(swarm.nodes);
  });

  it('find each other where they are the only two', async () => {
    const swarm = new DhtSwarm(7);
    const seed = await swarm.join('10.0.0.1', { settings: { dhtBootstrap: [] } });
    await swarm.seedFrom(seed, sample);
    const leech = await swarm.join('10.0.0.2');
    const torrent = await swarm.add(leech, { magnet: bare(sample.id) });
    await swarm.complete([torrent], { maxMs: 3 * MINUTE });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close(swarm.nodes);
  });

  it('send nothing to it, and hear nothing of it, for a private torrent (BEP 27)', async () => {
    const swarm = await DhtSwarm.start();
    const sockets = new RecordingSockets(swarm.network.host('10.0.1.1'));
    const seed = await swarm.join('10.0.1.1', { sockets });
    await swarm.seedFrom(seed, secret);
    await swarm.clock.advance(30 * MINUTE);
    expect(sockets.log.filter((line) => line.startsWith('udp'))).toEqual([]);
    expect(seed.client.snapshot().dhtNodes).toBeUndefined();
    const leech = await swarm.join('10.0.1.2');
    const torrent = await swarm.add(leech, { magnet: bare(secret.id) });
    await swarm.clock.advance(MINUTE);
    expect(torrent.snapshot()).toMatchObject({ state: { kind: 'metadata' }, knownPeers: 0 });
    await swarm.close(swarm.nodes);
  });

  it('go on after a restart from the nodes of the last session, without a bootstrap node', async () => {
    const swarm = await DhtSwarm.start();
    const seed = await swarm.join('10.0.1.1');
    await swarm.seedFrom(seed, sample);
    const before = await swarm.join('10.0.1.2');
    await swarm.add(before, { magnet: LONELY });
    await swarm.clock.advance(10_000);
    await swarm.leave(before);
    const settings = { dhtBootstrap: [] };
    const after = await swarm.join('10.0.1.3', { earlier: before, settings });
    const stranger = await swarm.join('10.0.1.4', { settings });
    const torrent = await swarm.add(after, { magnet: bare(sample.id) });
    const lost = await swarm.add(stranger, { magnet: bare(sample.id) });
    await swarm.complete([torrent], { maxMs: TOTAL_MS });
    expect(hasAllFiles(after, sample)).toBe(true);
    // The same without a last session leads nowhere.
    expect([knownNodes(stranger), lost.state.kind]).toEqual([0, 'metadata']);
    await swarm.close(swarm.nodes);
  });

  it('go on from the nodes they know when the last torrent is stopped and started, written down or not', async () => {
    const swarm = await DhtSwarm.start();
    const node = await swarm.join('10.0.1.1');
    const torrent = await swarm.add(node, { magnet: LONELY });
    await swarm.clock.advance(10_000);
    expect(knownNodes(node)).toBe(RESIDENTS);
    await swarm.clock.settle(node.client.updateSettings({ dhtBootstrap: [] }));
    const { store } = node;
    const put = store.put.bind(store);
    let isWritten = (): void => undefined;
    const written = new Promise<void>((resolve) => (isWritten = resolve));
    store.put = async (key, value) => {
      if (key.endsWith('/dht')) await written;
      await put(key, value);
    };
    const stopping = torrent.stop();
    expect(node.client.snapshot().dhtNodes).toBeUndefined();
    torrent.start();
    await swarm.clock.runUntil(() => knownNodes(node) > 0, { maxMs: 100 });
    isWritten();
    await swarm.clock.settle(stopping);
    await swarm.close(swarm.nodes);
  });

  it('hostile 51: look for peers at once when the helper comes late, and when it is back', async () => {
    const swarm = await DhtSwarm.start();
    const seed = await swarm.join('10.0.1.1');
    const faults = new FaultInjector({ clock: swarm.clock, plan: () => undefined });
    const sockets = faults.sockets(swarm.network.host('10.0.1.2', { latencyMs: 20 }));
    sockets.loseBridge();
    const leech = await swarm.join('10.0.1.2', { sockets, faults });
    const torrent = await swarm.add(leech, { magnet: bare(sample.id) });
    for (const times of [1, 2]) {
      await swarm.clock.advance(20 * MINUTE);
      expect(knownNodes(leech)).toBe(0);
      if (times === 2) await swarm.seedFrom(seed, sample);
      await swarm.clock.advance(10_000);
      sockets.restoreBridge();
      await swarm.clock.settle(leech.client.relisten());
      await swarm.clock.runUntil(() => knownNodes(leech) >= RESIDENTS, { maxMs: 3000 });
      if (times === 1) sockets.loseBridge();
    }
    await swarm.complete([torrent], { maxMs: 10_000 });
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close(swarm.nodes);
  });

  it('without a bootstrap node join by the nodes that a .torrent names, unless it is private', async () => {
    const swarm = await DhtSwarm.start();
    const withNodes = ({ metainfo }: SampleTorrent) =>
      concatBytes([metainfo.subarray(0, -1), encode('nodes'), encode([['10.0.0.1', PORT]]), encode({}).subarray(1)]);
    const settings = { dhtBootstrap: [] };
    const leech = await swarm.join('10.0.1.2', { settings });
    await swarm.add(leech, { metainfo: withNodes(sample) });
    const other = await swarm.join('10.0.1.3', { settings });
    await swarm.add(other, { metainfo: withNodes(secret) });
    await swarm.add(other, { magnet: LONELY });
    await swarm.clock.runUntil(() => knownNodes(leech) >= RESIDENTS, { maxMs: 10_000 });
    expect(knownNodes(other)).toBe(0);
    await swarm.close(swarm.nodes);
  });

  it('without a bootstrap node join by the PORT message of a peer', async () => {
    const swarm = await DhtSwarm.start();
    const seed = await swarm.join('10.0.1.1');
    await swarm.seedFrom(seed, sample);
    const leech = await swarm.join('10.0.1.2', { settings: { dhtBootstrap: [] } });
    const lonely = await swarm.add(leech, { magnet: LONELY });
    await swarm.clock.advance(MINUTE);
    expect([knownNodes(leech), lonely.state.kind]).toEqual([0, 'metadata']);
    const peers = [{ host: seed.ip, port: PORT }];
    const torrent = await swarm.add(leech, { magnet: bare(sample.id) }, { peers });
    await swarm.complete([torrent], { maxMs: TOTAL_MS });
    await swarm.clock.runUntil(() => knownNodes(leech) >= RESIDENTS, { maxMs: TOTAL_MS });
    await swarm.close(swarm.nodes);
  });
});
