import { describe, expect, it } from 'vitest';
import { seal, unseal } from '../../src/core/sealed-record.js';
import { SessionBackup } from '../../src/core/session-backup.js';
import { writeUint32 } from '../../src/utils/bytes.js';
import { crc32 } from '../../src/utils/crc32.js';
import { MemorySessionStore } from '../mocks/memory-session-store.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';

const record = (text: string) => seal({ text });
const textOf = (bytes: Uint8Array | undefined) => bytes && unseal(bytes).getText('text');

describe('the backup of a session', () => {
  it('keeps three generations; what is asked for comes from the newest that has it', async () => {
    const store = new MemorySessionStore();
    for (let number = 1; number <= 5; number++) {
      const records = new Map([
        ['torrent/a', record(`a${number}`)],
        [`torrent/only-${number}`, record('x')],
      ]);
      await new SessionBackup(store).take(records);
    }
    expect(await store.keys('backup/')).toHaveLength(3);
    const backup = new SessionBackup(store);
    expect(textOf(await backup.find('torrent/a'))).toBe('a5');
    expect(textOf(await backup.find('torrent/only-3'))).toBe('x');
    expect(await backup.find('torrent/only-2')).toBeUndefined();
  });

  it('is not written again when nothing has changed', async () => {
    const store = new MemorySessionStore();
    for (let count = 0; count < 2; count++) await new SessionBackup(store).take(new Map([['settings', record('s')]]));
    expect(await store.keys('')).toEqual(['backup/0']);
  });

  it('hostile 48: a damaged generation is passed over, and the next to be replaced', async () => {
    const records = new Map<string, Uint8Array>();
    const store = new MemorySessionStore(records);
    for (const text of ['1', '2', '3']) await new SessionBackup(store).take(new Map([['torrent/a', record(text)]]));
    records.set('backup/2', new Uint8Array(3));
    expect(textOf(await new SessionBackup(store).find('torrent/a'))).toBe('2');
    await new SessionBackup(store).take(new Map([['torrent/a', record('4')]]));
    expect(textOf(await new SessionBackup(store).find('torrent/a'))).toBe('4');
    expect(records.get('backup/2')?.length).toBeGreaterThan(3);
  });
});

describe('a session with a backup', () => {
  const sample = makeTorrent({ name: 'a.bin', seed: 1, pieceLength: 16_384, files: { 'a.bin': 40_000 } });
  const key = `torrent/${sample.id}`;

  /** A client that has run long enough after its start to make a backup, and is gone. */
  async function backedUp() {
    const swarm = new VirtualSwarm(1);
    const first = await swarm.node('10.0.0.1', {});
    await swarm.clock.settle(first.client.updateSettings({ uploadSlots: 3 }));
    swarm.writeFiles(first, sample);
    await swarm.complete([await swarm.add(first, { metainfo: sample.metainfo })]);
    await swarm.clock.advance(40_000);
    await swarm.close([first]);
    return { swarm, first, again: (ip: string, earlier: SwarmNode) => swarm.node(ip, { earlier }) };
  }

  it('hostile 48: has damaged records of a torrent and of the settings replaced, and says so', async () => {
    const { swarm, first, again } = await backedUp();
    for (const name of [key, 'settings']) first.records.set(name, new Uint8Array(5));
    const later = await again('10.0.0.2', first);
    await swarm.complete(later.client.torrents);
    expect(later.client.torrents.map(({ id }) => id)).toEqual([sample.id]);
    expect(later.client.settings.uploadSlots).toBe(3);
    expect(later.client.damage.all.map((damaged) => [damaged.key, damaged.isRecovered]).toSorted()).toEqual([
      ['settings', true],
      [key, true],
    ]);
    await swarm.close([later]);
    const last = await again('10.0.0.3', later);
    expect([last.client.torrents.length, last.client.damage.all]).toEqual([1, []]);
    await swarm.close([last]);
  });

  it('hostile 48: leaves a record of a later release alone, which only that can read', async () => {
    const { swarm, first, again } = await backedUp();
    const newer = (first.records.get(key) as Uint8Array).slice();
    writeUint32(newer, 4, 99);
    writeUint32(newer, 0, crc32(newer.subarray(4)));
    first.records.set(key, newer);
    const later = await again('10.0.0.2', first);
    await swarm.clock.advance(60_000);
    expect(later.client.torrents).toEqual([]);
    expect(later.client.damage.all).toMatchObject([{ key, isRecovered: false, error: { code: 'newer-version' } }]);
    await swarm.close([later]);
    expect(first.records.get(key)).toEqual(newer);
    expect([...first.records.keys()].filter((name) => name.endsWith(sample.id))).toContain(`metadata/${sample.id}`);
  });

  it('makes no backup of a session of which something is missing, and does not bring back what was removed', async () => {
    const { swarm, first, again } = await backedUp();
    const backups = () => [...first.records].filter(([name]) => name.startsWith('backup/'));
    const before = backups();
    expect(before).toHaveLength(1);
    first.records.delete('backup/0');
    first.records.set(key, new Uint8Array(5));
    const later = await again('10.0.0.2', first);
    await swarm.clock.advance(60_000);
    expect([later.client.torrents.length, backups().length]).toEqual([0, 0]);
    await swarm.close([later]);
    first.records.set('backup/0', before[0]?.[1] as Uint8Array);
    first.records.delete(key);
    const last = await again('10.0.0.3', later);
    expect(last.client.torrents).toEqual([]);
    await swarm.close([last]);
  });
});
