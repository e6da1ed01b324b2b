import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../src/core/address-policy.js';
import { ExternalAddress } from '../../src/core/external-address.js';
import { parseIp } from '../../src/utils/ip-address.js';

const setUp = () => {
  const address = new ExternalAddress({ accepts: (host) => scopeOf(host) === 'public' });
  const vote = (host: string, voter: string) => {
    address.vote(parseIp(host) as Uint8Array, voter);
  };
  return { address, vote };
};

describe('our own address', () => {
  it('is what most see, in each family', () => {
    const { address, vote } = setUp();
    expect(address.ipv4).toBeUndefined();
    vote('50.0.0.1', '60.0.0.1');
    vote('50.0.0.2', '60.0.0.2');
    vote('50.0.0.2', '60.0.0.3');
    vote('2001:db8::5', '60.0.0.3');
    expect(address.ipv4).toBe('50.0.0.2');
    expect(address.ipv6).toBe('2001:db8::5');
    expect(address.facing('9.9.9.9')).toBe('50.0.0.2');
    expect(address.facing('2001:db8::1')).toBe('2001:db8::5');
    expect(address.facing('peer.example')).toBeUndefined();
  });

  it('gives each voter one vote, its last', () => {
    const { address, vote } = setUp();
    vote('50.0.0.1', '60.0.0.1');
    vote('50.0.0.1', '60.0.0.2');
    for (let count = 0; count < 10; count++) vote('50.0.0.9', '60.0.0.3');
    expect(address.ipv4).toBe('50.0.0.1');
    vote('50.0.0.9', '60.0.0.2');
    expect(address.ipv4).toBe('50.0.0.9');
  });

  it('is no LAN address, and an IPv4 address in IPv6 form is one of IPv4', () => {
    const { address, vote } = setUp();
    vote('192.168.1.5', '192.168.1.1');
    expect(address.ipv4).toBeUndefined();
    address.vote(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 50, 0, 0, 1), '60.0.0.1');
    expect(address.ipv4).toBe('50.0.0.1');
  });

  it('follows a change: only the last 50 voters count', () => {
    const { address, vote } = setUp();
    for (let count = 0; count < 50; count++) vote('50.0.0.1', `60.0.0.${count}`);
    expect(address.ipv4).toBe('50.0.0.1');
    for (let count = 0; count < 26; count++) vote('50.0.0.2', `60.0.1.${count}`);
    expect(address.ipv4).toBe('50.0.0.2');
  });
});
