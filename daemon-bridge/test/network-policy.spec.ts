import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressScope, NetworkPolicy } from '../src/network-policy.js';

describe('the scope of an address', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['100.128.0.1', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::808:808', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['0.1.2.3', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['0:0:0:0:0:ffff:127.0.0.1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['2002:7f00:1::', 'loopback'],
    ['10.0.0.1', 'lan'],
    ['100.64.0.1', 'lan'],
    ['169.254.169.254', 'lan'],
    ['172.16.0.1', 'lan'],
    ['172.31.255.255', 'lan'],
    ['192.168.1.1', 'lan'],
    ['::ffff:192.168.1.1', 'lan'],
    ['fc00::1', 'lan'],
    ['fd12:3456::1', 'lan'],
    ['fe80::1', 'lan'],
    ['fe80::1%eth0', 'lan'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['ff02::1', 'never'],
  ])('%s is %s', (address, scope) => {
    expect(addressScope(address)).toBe(scope);
  });

  it('is the same however an IPv4 address is dressed up', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressScope(`::ffff:${address}`)).toBe(addressScope(address));
        expect(addressScope(`64:ff9b::${address}`)).toBe(addressScope(address));
      }),
    );
  });

  it('is known for every IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(addressScope(address)).toMatch(/^(public|loopback|lan|never)$/);
      }),
    );
  });
});

describe('the network policy', () => {
  const policy = new NetworkPolicy((host) =>
    Promise.resolve([
      { address: '192.168.1.1', family: 4 },
      ...(host === 'mixed.example' ? [{ address: '8.8.8.8', family: 4 }] : []),
    ]),
  );

  it('hostile 33: judges what a name resolves to, and hands on only what may be reached', async () => {
    const blocked = policy.resolve('rebound.example', { isAnnounce: false });
    await expect(blocked).rejects.toMatchObject({ code: 'blocked-address' });
    const mixed = await policy.resolve('mixed.example', { isAnnounce: false });
    expect(mixed.map(({ address }) => address)).toEqual(['8.8.8.8']);
    const tracker = await policy.resolve('lan-tracker.example', { isAnnounce: true });
    expect(tracker.map(({ address }) => address)).toEqual(['192.168.1.1']);
  });

  it('looks a name up once for all who ask at a time, each with what the request may reach', async () => {
    const asked: string[] = [];
    const counting = new NetworkPolicy((host) => {
      asked.push(host);
      return Promise.resolve([
        { address: '192.0.2.1', family: 4 },
        { address: '::1', family: 6 },
      ]);
    });
    const both = await Promise.allSettled(
      ([4, 6] as const).map((family) => counting.resolve('t.example', { isAnnounce: false, family })),
    );
    expect(both).toMatchObject([
      { value: [{ address: '192.0.2.1' }] },
      { reason: { code: 'blocked-address', message: 'The network policy blocks t.example' } },
    ]);
    await counting.resolve('t.example', { isAnnounce: false });
    expect(asked).toEqual(['t.example', 't.example']);
  });

  it('opens loopback and LAN apart from each other, and never multicast', () => {
    const open = new NetworkPolicy();
    const judge = () =>
      ['127.0.0.1', '10.0.0.1', '224.0.0.1'].map((address) => open.allows(address, { isAnnounce: false }));
    expect(judge()).toEqual([false, false, false]);
    open.set({ allowLoopback: true, allowLan: false });
    expect(judge()).toEqual([true, false, false]);
    open.set({ allowLoopback: false, allowLan: true });
    expect(judge()).toEqual([false, true, false]);
    expect(open.allows('224.0.0.1', { isAnnounce: true })).toBe(false);
  });
});
