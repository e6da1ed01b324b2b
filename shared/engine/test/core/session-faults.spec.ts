import { describe, expect, it } from 'vitest';
import { SessionManager } from '../../src/core/session-manager.js';
import { FaultInjector } from '../faults/fault-injector.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import { MemorySessionStore, SilentLogger, VirtualClock } from '../mocks/index.js';
import { makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';

const FAILURE = { kind: 'fail', code: 'other' } as const;

function manage(plan: FaultPlan) {
  const clock = new VirtualClock();
  const faults = new FaultInjector({ clock, plan });
  const store = faults.store(new MemorySessionStore());
  const session = new SessionManager({ store, clock: faults.clock, logger: new SilentLogger() });
  return { clock, session };
}

describe('a store that fails', () => {
  it('at listing what removed torrents left behind costs nothing else', async () => {
    const { clock, session } = manage(({ name, target }) =>
      name === 'store.keys' && target === 'metadata/' ? FAILURE : undefined,
    );
    expect(await clock.settle(session.loadTorrents())).toEqual([]);
    session.tidyUp(() => false);
    await clock.advance(10);
    await clock.settle(session.close());
  });

  it('hostile 48: at reading the settings does not write the defaults over them', async () => {
    const swarm = new VirtualSwarm(1);
    const first = await swarm.node('10.0.0.1');
    await swarm.clock.settle(first.client.updateSettings({ uploadSlots: 3 }));
    await swarm.close([first]);

    const plan: FaultPlan = ({ name, target }) => (name === 'store.get' && target === 'settings' ? FAILURE : undefined);
    const faults = new FaultInjector({ clock: swarm.clock, plan });
    const second = await swarm.node('10.0.0.2', { earlier: first, faults });
    expect(second.client.damage.all).toMatchObject([{ key: 'settings', error: { code: 'unreadable' } }]);
    await swarm.clock.advance(10_000);
    await swarm.close([second]);

    const third = await swarm.node('10.0.0.3', { earlier: second });
    expect(third.client.settings.uploadSlots).toBe(3);
    await swarm.close([third]);
  });
});

describe('pieces whose record a crash came before', () => {
  const sample = makeTorrent({ name: 'one.bin', seed: 1, pieceLength: 16_384, files: { 'one.bin': 400_000 } });

  it('hostile 47: are found on disk, and nothing else is read whole', async () => {
    const swarm = new VirtualSwarm(2);
    const line = { uplinkBytesPerSecond: 200_000 };
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    const host = swarm.network.host('10.0.0.2');
    const faults = new FaultInjector({ clock: swarm.clock, plan: () => undefined, onDeath: () => host.crash() });
    const node = await swarm.node('10.0.0.2', { sockets: faults.sockets(host), faults });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo });
    const have = () => torrent.content?.downloader.pieces.have;
    await swarm.clock.runUntil(() => node.records.has(`progress/${sample.id}`) && (have()?.count ?? 0) > 5);
    const recorded = node.records.get(`progress/${sample.id}`);
    await swarm.clock.runUntil(() => (have()?.count ?? 0) > 15);
    faults.die();
    // As if none had been written since.
    node.records.set(`progress/${sample.id}`, recorded ?? new Uint8Array());

    const reads: number[] = [];
    const again = new FaultInjector({
      clock: swarm.clock,
      plan: ({ name, ordinal }) => (name === 'file.read' ? void reads.push(ordinal) : undefined),
    });
    const later = await swarm.node('10.0.0.3', { faults: again, earlier: node });
    const restored = later.client.get(sample.id);
    await swarm.clock.runUntil(() => restored?.state.kind === 'downloading');
    expect([...(restored?.content?.downloader.pieces.have ?? [])]).toEqual([...(have() ?? [])]);
    // One for an end that holds something and one for the piece; two at most for what was never written.
    expect(reads.length).toBeLessThan(2 * Math.ceil(400_000 / 16_384));
    await swarm.close([seed, later]);
  });
});
