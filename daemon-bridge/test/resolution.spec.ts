import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CreditBudget,
  encodeMessage,
  MAX_RESOLVES,
  NATIVE_LANE_BATCH_BYTES,
  Opcode,
  parseResolved,
  SESSION_ID,
} from '@jstorrent/bridge-protocol';
import { Downlink } from '../src/downlink.js';
import { NetworkPolicy } from '../src/network-policy.js';
import { Resolution } from '../src/resolution.js';
import { SocketTable } from '../src/socket-table.js';
import { HelperProcess } from './helper-process.js';

let helper: HelperProcess;

beforeEach(async () => {
  helper = await HelperProcess.ready();
});

afterEach(async () => {
  await helper.stop();
  expect(helper.stderr).toBe('');
});

/** No resolver asks the network for it. */
const IMPOSSIBLE_NAME = `${'x'.repeat(64)}.example`;

interface Wishes {
  readonly isAnnounce?: boolean;
  readonly family?: 4 | 6;
}

const ask = (host: string, { isAnnounce = false, family }: Wishes = {}) =>
  helper.open(Opcode.RESOLVE, { host, isAnnounce, family });

async function addresses(host: string, wishes: Wishes = {}): Promise<readonly string[]> {
  return parseResolved((await helper.next(ask(host, wishes), Opcode.RESOLVED)).payload).addresses;
}

describe('names that are being resolved', () => {
  it('are bounded, and forgotten when nobody waits for them any more', () => {
    const downlink = new Downlink({ batchBytes: NATIVE_LANE_BATCH_BYTES, send: () => undefined });
    const sockets = new SocketTable(downlink);
    const policy = new NetworkPolicy(() => new Promise(() => undefined));
    const context = { downlink, sockets, policy, uplinkBudget: new CreditBudget() };
    const payload = encodeMessage({ host: 'slow.example', isAnnounce: true });
    for (let id = 1; id <= MAX_RESOLVES; id++) sockets.add(id, new Resolution(context, id, payload));
    expect(sockets.hasRoom('resolve')).toBe(false);
    sockets.drop(1);
    expect(sockets.hasRoom('resolve')).toBe(true);
  });
});

async function refusal(host: string, wishes: Wishes = {}): Promise<string | undefined> {
  return (await helper.closed(ask(host, wishes)))?.code;
}

describe('a name', () => {
  it('hostile 33: leads to this machine or its LAN only for an announce path, as an address does, or by the settings', async () => {
    for (const host of ['localhost', '127.0.0.1', '::1', '::ffff:127.0.0.1', '192.168.1.1', 'fe80::1']) {
      expect([host, await refusal(host)]).toEqual([host, 'blocked-address']);
    }
    expect(await addresses('localhost', { isAnnounce: true })).toContain('127.0.0.1');
    expect(await addresses('192.168.1.1', { isAnnounce: true })).toEqual(['192.168.1.1']);
    helper.send(Opcode.NETWORK_POLICY, SESSION_ID, encodeMessage({ allowLoopback: true, allowLan: false }));
    expect(await addresses('localhost')).toContain('127.0.0.1');
    expect(await refusal('192.168.1.1')).toBe('blocked-address');
    expect(await refusal('224.0.0.1', { isAnnounce: true })).toBe('blocked-address');
  });

  it('is asked for one family alone, which never opens more than asking for both', async () => {
    expect(await addresses('localhost', { isAnnounce: true, family: 4 })).toEqual(['127.0.0.1']);
    expect(await refusal('localhost', { family: 4 })).toBe('blocked-address');
    expect(await refusal('127.0.0.1', { isAnnounce: true, family: 6 })).toBe('dns');
    expect(await addresses('2001:db8::1', { family: 6 })).toEqual(['2001:db8::1']);
  });

  it('that nobody has is a failure of its own', async () => {
    expect(await refusal(IMPOSSIBLE_NAME)).toBe('dns');
  });

  it('hostile 54: with a payload that is none costs this id only', async () => {
    expect(await refusal('')).toBe('protocol');
    expect(await addresses('8.8.8.8')).toEqual(['8.8.8.8']);
  });
});
