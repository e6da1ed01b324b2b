import { describe, expect, it } from 'vitest';
import { reportDamage } from '../../src/core/damaged-records.js';
import { RecordError, unseal } from '../../src/core/sealed-record.js';
import { writeUint32 } from '../../src/utils/bytes.js';
import { crc32 } from '../../src/utils/crc32.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';

const one = makeTorrent({ name: 'one.bin', seed: 1, pieceLength: 16_384, files: { 'one.bin': 40_000 } });
const two = makeTorrent({ name: 'two.bin', seed: 2, pieceLength: 16_384, files: { 'two.bin': 40_000 } });
const key = `torrent/${one.id}`;

/** A session of two torrents that was closed, without a backup unless it ran for long. */
async function closedSession(options: { readonly ranMs: number }) {
  const swarm = new VirtualSwarm(1);
  const first = await swarm.node('10.0.0.1');
  await swarm.clock.settle(first.client.updateSettings({ uploadSlots: 3 }));
  for (const { metainfo } of [one, two]) await swarm.add(first, { metainfo }, { start: false });
  await swarm.clock.advance(options.ranMs);
  await swarm.close([first]);
  let last = first;
  let count = 1;
  const again = async (): Promise<SwarmNode> => (last = await swarm.node(`10.0.0.${++count}`, { earlier: last }));
  const spoil = (name: string) => {
    const record = first.records.get(name)?.slice() ?? new Uint8Array();
    record[record.length - 2] = (record.at(-2) ?? 0) ^ 1;
    first.records.set(name, record);
    return record;
  };
  return { swarm, clock: swarm.clock, records: first.records, again, spoil };
}

describe('damaged records', () => {
  it('hostile 48: are told of, can be saved as they are, and once dismissed are not told of again', async () => {
    const { swarm, clock, again, spoil } = await closedSession({ ranMs: 1000 });
    const spoilt = spoil(key);
    const node = await again();
    const told: unknown[] = [];
    node.client.on('changed', () => told.push(node.client.snapshot().damage));
    const damage = { lostTorrents: 1, areSettingsLost: false, newerTorrents: 0, repaired: 0 };
    expect(node.client.snapshot().damage).toEqual(damage);
    const fields = unseal(await clock.settle(node.client.damage.export()));
    expect(fields.getText('format')).toBe('jstorrent-damaged-records');
    expect(fields.getDict('records')?.getBytes(key)).toEqual(spoilt);
    await clock.settle(node.client.damage.dismiss());
    expect(told.at(-1)).toBeUndefined();
    await swarm.close([node]);
    const later = await again();
    expect(later.client.snapshot().damage).toBeUndefined();
    expect(later.client.damage.all).toMatchObject([{ key, isRecovered: false }]);
    await swarm.close([later]);
    spoil(key)[20] = 7;
    const last = await again();
    expect(last.client.snapshot().damage).toEqual(damage);
    await swarm.close([last]);
  });

  it('hostile 48: dismissed, they keep no backup from being made of the others', async () => {
    const { swarm, clock, again, spoil } = await closedSession({ ranMs: 1000 });
    spoil(key);
    const node = await again();
    await clock.settle(node.client.damage.dismiss());
    await swarm.close([node]);
    const second = await again();
    await clock.advance(40_000);
    await swarm.close([second]);
    spoil(`torrent/${two.id}`);
    const third = await again();
    expect(third.client.torrents.map(({ id }) => id)).toEqual([two.id]);
    expect(third.client.snapshot().damage).toMatchObject({ lostTorrents: 0, repaired: 1 });
    await swarm.close([third]);
  });

  it('hostile 48: that a copy replaced, or that are found out anew, are nothing lost', async () => {
    const { swarm, again, spoil } = await closedSession({ ranMs: 40_000 });
    spoil(key);
    const node = await again();
    expect(node.client.torrents).toHaveLength(2);
    expect(node.client.snapshot().damage).toEqual({
      lostTorrents: 0,
      areSettingsLost: false,
      newerTorrents: 0,
      repaired: 1,
    });
    expect(
      unseal(await node.client.damage.export())
        .getDict('records')
        ?.getBytes(key),
    ).toBeUndefined();
    await swarm.close([node]);
  });

  it('hostile 48: are replaced by no removal that was taken back since the copy was made', async () => {
    const { swarm, clock, again, spoil } = await closedSession({ ranMs: 1000 });
    const node = await again();
    await clock.advance(20_000);
    await clock.settle(node.client.remove(one.id, { deleteFiles: true, undoMs: 20_000 }));
    await clock.advance(15_000);
    await clock.settle(node.client.undoRemove(one.id));
    await swarm.close([node]);
    spoil(key);
    const later = await again();
    expect(later.client.torrents).toHaveLength(2);
    await swarm.close([later]);
    const last = await again();
    expect(last.client.torrents).toHaveLength(2);
    await swarm.close([last]);
  });

  it('hostile 48: of a later release are told of as such; settings without a copy are the defaults', async () => {
    const { swarm, records, again, spoil } = await closedSession({ ranMs: 1000 });
    const later = records.get(key)?.slice() ?? new Uint8Array();
    writeUint32(later, 4, 99);
    writeUint32(later, 0, crc32(later.subarray(4)));
    records.set(key, later);
    spoil('settings');
    const node = await again();
    const damage = { lostTorrents: 0, areSettingsLost: true, newerTorrents: 1, repaired: 0 };
    expect(node.client.snapshot().damage).toEqual(damage);
    expect(node.client.settings.uploadSlots).toBe(8);
    await swarm.close([node]);
  });

  it('of which there are none are not reported', () => {
    const error = new RecordError('damaged', '');
    expect(reportDamage([])).toBeUndefined();
    expect(reportDamage([{ key: 'progress/a', error, isRecovered: false }])).toMatchObject({ repaired: 1 });
  });
});
