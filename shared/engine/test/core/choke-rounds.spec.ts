import { describe, expect, it } from 'vitest';
import type { ClientSettings } from '../../src/core/settings.js';
import { makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { WirePeer } from '../simulation/wire-peer.js';

const BLOCK = 16_384;
const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: BLOCK, files: { 'a.bin': 60 * BLOCK } });

async function setUp(uploadSlots: number, more: Partial<ClientSettings> = {}) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', { settings: { uploadSlots, ...more } });
  await swarm.seedFrom(seed, sample);
  const dial = async (number: number) => {
    const host = swarm.network.host(`10.6.6.${number}`);
    const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
    const peer = await WirePeer.dial(swarm.clock, host, target);
    peer.shake(sample, `peer ${number}`);
    return peer;
  };
  return { swarm, clock: swarm.clock, seed, dial, close: () => swarm.close([seed]) };
}

const isUnchoked = (peer: WirePeer) => peer.got('unchoke').length > peer.got('choke').length;

describe('ChokeRounds', () => {
  it('gives a free slot at once, and no more slots than there are', async () => {
    const { clock, dial, close } = await setUp(3);
    const peers = [];
    for (let number = 1; number <= 5; number++) peers.push(await dial(number));
    await clock.advance(100);
    expect(peers.filter(isUnchoked)).toHaveLength(0);
    for (const peer of peers) peer.send({ type: 'interested' });
    await clock.advance(100);
    expect(peers.filter(isUnchoked)).toHaveLength(3);
    const [left] = peers.filter(isUnchoked);
    left?.socket.close();
    await clock.advance(100);
    expect(peers.filter((peer) => peer !== left && isUnchoked(peer))).toHaveLength(3);
    await close();
  });

  it('gives everybody a turn in time', async () => {
    const { clock, dial, close } = await setUp(2);
    const peers: WirePeer[] = [];
    for (let number = 1; number <= 4; number++) {
      const peer = await dial(number);
      peer.send({ type: 'interested' });
      peers.push(peer);
    }
    const unchoked = new Set<WirePeer>();
    for (let second = 0; second < 300 && unchoked.size < 4; second++) {
      await clock.advance(1000);
      for (const peer of peers.filter(isUnchoked)) unchoked.add(peer);
      expect(peers.filter(isUnchoked).length).toBeLessThanOrEqual(2);
    }
    expect(unchoked.size).toBe(4);
    await close();
  });

  it('opens no more slots than are worth it, when they are rate-based, and follows the setting', async () => {
    const { clock, seed, dial, close } = await setUp(4, { enableRateBasedSlots: true });
    const peers: WirePeer[] = [];
    for (let number = 1; number <= 6; number++) {
      const peer = await dial(number);
      peer.send({ type: 'interested' });
      peers.push(peer);
    }
    await clock.advance(60_000);
    expect(peers.filter(isUnchoked)).toHaveLength(2);
    await clock.settle(seed.client.updateSettings({ enableRateBasedSlots: false, seedingOrder: 'roundRobin' }));
    await clock.advance(15_000);
    expect(peers.filter(isUnchoked)).toHaveLength(4);
    await close();
  });

  it('without peers it costs no timer', async () => {
    const { swarm, clock, seed, dial } = await setUp(2);
    const peer = await dial(1);
    peer.send({ type: 'interested' });
    await clock.advance(100);
    peer.socket.close();
    for (const torrent of seed.client.torrents) await clock.settle(torrent.stop());
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
    await swarm.close([seed]);
  });
});
