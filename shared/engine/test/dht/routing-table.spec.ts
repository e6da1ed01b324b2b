import { describe, expect, it } from 'vitest';
import { compareDistance, randomIdAt, sharedPrefixBits } from '../../src/dht/node-id.js';
import { RoutingTable } from '../../src/dht/routing-table.js';
import type { NodeInfo } from '../../src/protocol/node-info.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';

const MINUTE = 60_000;
const OWN_ID = new Uint8Array(20);

const create = () => {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const table = new RoutingTable({ ownId: OWN_ID, clock, identityOf: ({ host }) => host });
  let hosts = 0;
  /** A node that shares exactly `bits` bits with us. */
  const nodeAt = (bits: number): NodeInfo => {
    const index = hosts++;
    return {
      id: randomIdAt(OWN_ID, bits, random),
      endpoint: { host: `10.${index >> 16}.${(index >> 8) & 0xff}.${index & 0xff}`, port: 6881 },
    };
  };
  const hostsAt = (bits: number) =>
    table.nodes().flatMap(({ id, endpoint }) => (sharedPrefixBits(OWN_ID, id) === bits ? [endpoint.host] : []));
  return { clock, random, table, nodeAt, hostsAt };
};

describe('routing table', () => {
  it('holds 128, 64, 32, 16 and then 8 nodes a bucket', () => {
    const { table, nodeAt, hostsAt } = create();
    for (let bits = 0; bits < 6; bits++) for (let index = 0; index < 200; index++) table.replied(nodeAt(bits));
    expect([0, 1, 2, 3, 4, 5].map((bits) => hostsAt(bits).length)).toEqual([128, 64, 32, 16, 8, 8]);
    expect(table.goodCount).toBe(256);
  });

  it('keeps old nodes that work; a newcomer takes the place of one that failed twice', () => {
    const { table, nodeAt, hostsAt } = create();
    const old = Array.from({ length: 8 }, () => nodeAt(10));
    for (const node of old) table.replied(node);
    const early = nodeAt(10);
    table.replied(early);
    expect(hostsAt(10)).not.toContain(early.endpoint.host);
    const failing = old[3] as NodeInfo;
    table.failed(failing);
    expect(hostsAt(10)).toContain(failing.endpoint.host);
    table.failed(failing);
    expect(hostsAt(10)).not.toContain(failing.endpoint.host);
    expect(hostsAt(10)).toContain(early.endpoint.host);
  });

  it('gives nobody a node that never answered, or fails; a reply makes it good again', () => {
    const { table, nodeAt } = create();
    const [saved, heard, failing] = [nodeAt(3), nodeAt(4), nodeAt(5)];
    table.restore(saved);
    table.heardOf(heard);
    table.replied(failing);
    table.failed(failing);
    table.failed(failing);
    const good = () => table.closest(OWN_ID, 8, { onlyGood: true }).map(({ endpoint }) => endpoint.host);
    expect(good()).toEqual([]);
    expect(table.closest(OWN_ID, 8, { onlyGood: false })).toHaveLength(3);
    table.replied(failing);
    expect(good()).toEqual([failing.endpoint.host]);
  });

  it('soon forgets hearsay, keeps saved nodes through an hour without network', () => {
    const { table, nodeAt } = create();
    const [saved, heard] = [nodeAt(3), nodeAt(4)];
    table.restore(saved);
    table.heardOf(heard);
    for (let round = 0; round < 10; round++) for (const node of [saved, heard]) table.failed(node);
    expect(table.nodes().map(({ endpoint }) => endpoint.host)).toEqual([saved.endpoint.host]);
    const answering = nodeAt(5);
    table.replied(answering);
    for (let round = 0; round < 10; round++) table.failed(saved);
    expect(table.nodes()).toMatchObject([answering]);
  });

  it('forgets nobody who ever answered while nobody does: our own network is gone', () => {
    const { table, nodeAt } = create();
    const nodes = Array.from({ length: 5 }, () => nodeAt(3));
    for (const node of nodes) table.replied(node);
    for (let round = 0; round < 1000; round++) for (const node of nodes) table.failed(node);
    expect(table.nodes()).toHaveLength(5);
    const [back, ...others] = nodes as [NodeInfo, ...NodeInfo[]];
    table.replied(back);
    for (const node of others) table.failed(node);
    expect(table.nodes()).toMatchObject([back]);
  });

  it('has one node an address: a working one is not pushed out, one with another id at the same port is', () => {
    const { table, nodeAt } = create();
    const first = nodeAt(3);
    table.replied(first);
    table.replied({ id: nodeAt(4).id, endpoint: { host: first.endpoint.host, port: 1 } });
    expect(table.nodes()).toMatchObject([{ id: first.id, endpoint: first.endpoint }]);
    const restarted = { id: nodeAt(5).id, endpoint: first.endpoint };
    table.replied(restarted);
    expect(table.nodes()).toMatchObject([restarted]);
  });

  it('never holds ourselves', () => {
    const { table } = create();
    const self = { id: OWN_ID, endpoint: { host: '192.0.2.1', port: 1 } };
    table.replied(self);
    table.restore(self);
    table.heardOf(self);
    expect(table.queried(self)).toBe(false);
    expect(table.isEmpty).toBe(true);
  });

  it('finds the closest of all nodes, whatever the target', () => {
    const { table, random, nodeAt } = create();
    for (let bits = 0; bits < 12; bits++) for (let index = 0; index < 8; index++) table.replied(nodeAt(bits));
    for (let round = 0; round < 100; round++) {
      const target = randomIdAt(OWN_ID, random.integer(16), random);
      const expected = table.nodes().sort((a, b) => compareDistance(target, a.id, b.id));
      const closest = table.closest(target, 8, { onlyGood: true });
      expect(closest.map(({ endpoint }) => endpoint)).toEqual(expected.slice(0, 8).map(({ endpoint }) => endpoint));
    }
  });

  it('doubts a node after 15 minutes of silence, each once a minute', async () => {
    const { clock, table, nodeAt } = create();
    const node = nodeAt(3);
    table.replied(node);
    expect(table.takeDoubtful()).toBeUndefined();
    await clock.advance(14 * MINUTE);
    table.queried(node);
    await clock.advance(2 * MINUTE);
    expect(table.takeDoubtful()).toBeUndefined();
    await clock.advance(14 * MINUTE);
    expect(table.takeDoubtful()?.id).toEqual(node.id);
    expect(table.takeDoubtful()).toBeUndefined();
    await clock.advance(MINUTE);
    expect(table.takeDoubtful()?.id).toEqual(node.id);
  });

  it('refreshes a bucket that saw no change for 15 minutes, once', async () => {
    const { clock, table, nodeAt } = create();
    const [a, b] = [nodeAt(2), nodeAt(5)];
    table.replied(a);
    table.replied(b);
    await clock.advance(10 * MINUTE);
    table.replied(b);
    await clock.advance(5 * MINUTE);
    expect(table.takeStale()).toBe(2);
    expect(table.takeStale()).toBeUndefined();
  });

  it('wants to meet strangers only where there is room', () => {
    const { table, nodeAt } = create();
    for (let index = 0; index < 8; index++) {
      expect(table.queried(nodeAt(10))).toBe(true);
      table.replied(nodeAt(10));
    }
    expect(table.queried(nodeAt(10))).toBe(false);
  });

  it('wants to meet whom it knows by hearsay when that one asks, and whose id has changed', () => {
    const { table, nodeAt } = create();
    const heard = nodeAt(10);
    table.heardOf(heard);
    expect(table.queried(heard)).toBe(true);
    expect(table.queried(heard)).toBe(false);
    table.replied(heard);
    expect(table.queried({ id: nodeAt(9).id, endpoint: heard.endpoint })).toBe(true);
    expect(table.queried({ id: nodeAt(9).id, endpoint: { ...heard.endpoint, port: 1 } })).toBe(false);
  });

  it('keeps its nodes when our id changes', () => {
    const { table, random, nodeAt } = create();
    for (let bits = 0; bits < 8; bits++) table.replied(nodeAt(bits));
    table.moveTo(random.bytes(20));
    expect(table.goodCount).toBe(8);
    for (const node of table.nodes()) expect(table.closest(node.id, 1, { onlyGood: true })[0]?.id).toEqual(node.id);
  });
});
