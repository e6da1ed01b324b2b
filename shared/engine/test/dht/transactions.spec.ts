import { describe, expect, it } from 'vitest';
import { Transactions } from '../../src/dht/transactions.js';
import type { KrpcReply } from '../../src/protocol/krpc.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';

const TO = { host: '192.0.2.1', port: 6881 };

const create = () => {
  const clock = new VirtualClock();
  const transactions = new Transactions({ clock, random: new SeededRandom(1) });
  const events: string[] = [];
  const begin = (to: Endpoint = TO): Uint8Array => {
    const handlers = {
      onReply: () => events.push('reply'),
      onSlow: () => events.push('slow'),
      onFailed: () => events.push('failed'),
    };
    return transactions.begin(to, handlers) ?? new Uint8Array();
  };
  const reply = (transactionId: Uint8Array): KrpcReply => ({
    type: 'reply',
    transactionId,
    id: new Uint8Array(20),
    externalIp: undefined,
  });
  return { clock, transactions, events, begin, reply };
};

describe('transactions', () => {
  it('end with the reply, once', async () => {
    const { clock, transactions, events, begin, reply } = create();
    const id = begin();
    expect(transactions.settle(reply(id), TO)).toBe(true);
    expect(transactions.settle(reply(id), TO)).toBe(false);
    await clock.advance(60_000);
    expect(events).toEqual(['reply']);
  });

  it('are slow after 1 s and failed after 15 s', async () => {
    const { clock, events, begin } = create();
    begin();
    await clock.advance(999);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(['slow']);
    await clock.advance(13_999);
    expect(events).toEqual(['slow']);
    await clock.advance(1);
    expect(events).toEqual(['slow', 'failed']);
  });

  it('take a late reply', async () => {
    const { clock, transactions, events, begin, reply } = create();
    const id = begin();
    await clock.advance(14_000);
    expect(transactions.settle(reply(id), TO)).toBe(true);
    expect(events).toEqual(['slow', 'reply']);
  });

  it('fail with an error', () => {
    const { transactions, events, begin } = create();
    transactions.settle({ type: 'error', transactionId: begin(), code: 203, text: '' }, TO);
    expect(events).toEqual(['failed']);
  });

  it('hostile 40: drop a reply from another address or port, or with another id', () => {
    const { transactions, events, begin, reply } = create();
    const id = begin();
    expect(transactions.settle(reply(id), { host: '192.0.2.2', port: 6881 })).toBe(false);
    expect(transactions.settle(reply(id), { host: '192.0.2.1', port: 6882 })).toBe(false);
    expect(transactions.settle(reply(Uint8Array.of(1, 2, 3, 4)), TO)).toBe(false);
    expect(transactions.settle(reply(id.subarray(0, 2)), TO)).toBe(false);
    expect(events).toEqual([]);
  });

  it('to a name take the reply from whatever address it stands for, at that port', () => {
    const { transactions, events, begin, reply } = create();
    const id = begin({ host: 'router.example', port: 6881 });
    expect(transactions.settle(reply(id), { host: '192.0.2.9', port: 1 })).toBe(false);
    expect(transactions.settle(reply(id), { host: '192.0.2.9', port: 6881 })).toBe(true);
    expect(events).toEqual(['reply']);
  });

  it('are at most 1,024 at a time, and none after a close', async () => {
    const { clock, transactions, events, begin } = create();
    for (let count = 0; count < 1024; count++) expect(begin()).toHaveLength(4);
    expect(begin()).toHaveLength(0);
    transactions.close();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(60_000);
    expect(events).toEqual([]);
  });
});
