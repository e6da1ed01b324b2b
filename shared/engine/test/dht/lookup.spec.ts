import { describe, expect, it } from 'vitest';
import { Lookup } from '../../src/dht/lookup.js';
import { compareDistance } from '../../src/dht/node-id.js';
import type { QueryHandlers } from '../../src/dht/transactions.js';
import type { NodeInfo } from '../../src/protocol/node-info.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';

const TARGET = new Uint8Array(20);

/** Nodes by distance: number 0 is closest to the target. */
const node = (distance: number): NodeInfo => ({
  id: Uint8Array.of(distance >> 8, distance & 0xff, ...new Uint8Array(18)),
  endpoint: { host: `10.0.${distance >> 8}.${distance & 0xff}`, port: 6881 },
});
const nodes = (...distances: number[]) => distances.map(node);

/** A lookup whose queries the test answers by hand. */
const create = () => {
  const clock = new VirtualClock();
  const asked: { readonly host: string; readonly handlers: QueryHandlers }[] = [];
  const rounds: number[] = [];
  let done = 0;
  const lookup = new Lookup({
    target: TARGET,
    ask: ({ endpoint }, handlers) => void asked.push({ host: endpoint.host, handlers }),
    nodesOf: (reply) => reply.nodes ?? [],
    identityOf: ({ host }) => host,
    onReply: (_reply, _node, round) => void rounds.push(round),
    onDone: () => {
      done++;
    },
  });
  const start = async (...distances: number[]) => {
    lookup.start(nodes(...distances));
    await clock.advance(0);
  };
  const handlersOf = (distance: number): QueryHandlers => {
    const found = asked.findLast(({ host }) => host === node(distance).endpoint.host);
    if (!found) throw new Error(`${distance} was not asked`);
    return found.handlers;
  };
  const answer = (distance: number, ...named: number[]) => {
    const { id, endpoint } = node(distance);
    const transactionId = new Uint8Array(4);
    const reply = { type: 'reply', transactionId, id, nodes: nodes(...named), externalIp: undefined } as const;
    handlersOf(distance).onReply(reply, endpoint);
  };
  const askedOnce = () => new Set(asked.map(({ host }) => host)).size;
  return { clock, lookup, asked, rounds, start, handlersOf, answer, askedOnce, doneCount: () => done };
};

describe('lookup', () => {
  it('asks the five closest it knows, and goes on with those they name', async () => {
    const { asked, start, answer } = create();
    await start(90, 80, 70, 60, 50, 40);
    expect(asked.map(({ host }) => host)).toEqual(['10.0.0.40', '10.0.0.50', '10.0.0.60', '10.0.0.70', '10.0.0.80']);
    answer(80, 5, 6);
    expect(asked.at(-1)?.host).toBe('10.0.0.5');
  });

  it('ends when the eight closest have answered, without asking those further away', async () => {
    const { start, answer, askedOnce, doneCount } = create();
    await start(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    for (let distance = 1; distance <= 8; distance++) {
      expect(doneCount()).toBe(0);
      answer(distance);
    }
    expect(doneCount()).toBe(1);
    // 9 and 10 were asked when places were free before the closest ones had answered.
    expect(askedOnce()).toBeLessThanOrEqual(10);
  });

  it('counts rounds from the nodes it began with', async () => {
    const { rounds, start, answer } = create();
    await start(90);
    answer(90, 50);
    answer(50, 20);
    answer(20);
    expect(rounds).toEqual([1, 2, 3]);
  });

  it('gives the place of a slow node to the next, and still takes its answer', async () => {
    const { asked, lookup, start, handlersOf, answer } = create();
    await start(1, 2, 3, 4, 5, 6);
    expect(asked).toHaveLength(5);
    handlersOf(1).onSlow?.();
    expect(asked).toHaveLength(6);
    answer(1);
    expect(lookup.answered).toBe(1);
  });

  it('asks slow nodes among the closest once more before it ends, and then waits no longer', async () => {
    const { asked, start, handlersOf, answer, doneCount } = create();
    await start(1, 2);
    answer(2);
    handlersOf(1).onSlow?.();
    expect(asked.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
    expect(doneCount()).toBe(0);
    handlersOf(1).onSlow?.();
    expect(doneCount()).toBe(1);
  });

  it('waits for slow nodes to the last where nobody else answers', async () => {
    const { lookup, asked, start, doneCount } = create();
    await start(1);
    asked[0]?.handlers.onSlow?.();
    asked[1]?.handlers.onSlow?.();
    asked[0]?.handlers.onFailed();
    asked[1]?.handlers.onFailed();
    expect([doneCount(), lookup.answered]).toEqual([1, 0]);
  });

  it('asks an address once, however many ids it is named with', async () => {
    const { asked, start, lookup } = create();
    await start(1);
    lookup.add([{ id: node(7).id, endpoint: node(1).endpoint }]);
    expect(asked).toHaveLength(1);
  });

  it('takes a node under the id it answers with', async () => {
    const { lookup, start, handlersOf } = create();
    await start(1);
    const transactionId = new Uint8Array(4);
    const reply = { type: 'reply', transactionId, id: node(99).id, nodes: [], externalIp: undefined } as const;
    handlersOf(1).onReply(reply, node(1).endpoint);
    expect(lookup.answered).toBe(1);
  });

  it('without any node ends at once', async () => {
    const { start, doneCount } = create();
    await start();
    expect(doneCount()).toBe(1);
  });

  it('that is stopped asks nobody and does not end', async () => {
    const { asked, lookup, start, answer, doneCount } = create();
    await start(1);
    lookup.stop();
    answer(1, 2, 3);
    expect(asked).toHaveLength(1);
    expect(doneCount()).toBe(0);
  });

  it('ends after 200 queries, however long every node names one that is closer', async () => {
    const { asked, start, answer, doneCount } = create();
    await start(60_000);
    for (let distance = 60_000; doneCount() === 0; distance--) answer(distance, distance - 1);
    expect(asked).toHaveLength(200);
  });

  it('counts asking the slow ones again among its queries', async () => {
    const { asked, start, doneCount, answer, handlersOf } = create();
    await start(60_000);
    for (let distance = 60_000; distance > 59_801; distance--) answer(distance, distance - 1);
    handlersOf(59_801).onSlow?.();
    expect(asked).toHaveLength(200);
    expect(doneCount()).toBe(1);
  });

  it('keeps at most 100 candidates, the closest', async () => {
    const random = new SeededRandom(1);
    const { asked, lookup, start, doneCount } = create();
    await start(...Array.from({ length: 500 }, () => random.integer(60_000)));
    for (let index = 0; index < asked.length; index++) asked[index]?.handlers.onFailed();
    expect(doneCount()).toBe(1);
    expect(lookup.answered).toBe(0);
    expect(asked).toHaveLength(100);
    const distances = asked.map(({ host }) => host.split('.').map(Number));
    const ids = distances.map(([, , high = 0, low = 0]) => node(high * 256 + low).id);
    expect(ids).toEqual([...ids].sort((a, b) => compareDistance(TARGET, a, b)));
  });
});
