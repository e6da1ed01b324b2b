import { describe, expect, it } from 'vitest';
import { AddressPolicy, scopeOf } from '../../src/core/address-policy.js';
import type { PeerSource } from '../../src/core/snapshots.js';

const publicRules = new AddressPolicy({ allowLocalPeers: false });
const localRules = new AddressPolicy({ allowLocalPeers: true });
const SOURCES: PeerSource[] = ['manual', 'magnet', 'tracker', 'lsd', 'dht', 'pex', 'incoming', 'resume'];
const at = (host: string, port = 6881) => ({ host, port });
const sourcesAllowed = (policy: AddressPolicy, host: string) =>
  SOURCES.filter((source) => policy.allows(at(host), source));

describe('scope of an address', () => {
  it.each([
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['127.0.0.1', 'loopback'],
    ['127.255.0.9', 'loopback'],
    ['10.0.0.1', 'local'],
    ['100.64.0.1', 'local'],
    ['100.63.255.255', 'public'],
    ['100.128.0.1', 'public'],
    ['169.254.10.1', 'local'],
    ['172.15.0.1', 'public'],
    ['172.16.0.1', 'local'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'local'],
    ['198.18.0.1', 'local'],
    ['8.8.8.8', 'public'],
    ['::', 'never'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'never'],
    ['ff02::1', 'never'],
    ['100::1', 'never'],
    ['fe80::1', 'local'],
    ['fec0::1', 'local'],
    ['fd00::1', 'local'],
    ['2600::1', 'public'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:192.168.0.1', 'local'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::10.0.0.1', 'local'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::8.8.8.8', 'local'],
    ['2002:7f00:1::1', 'loopback'],
    ['2002:808:808::1', 'public'],
    ['peer.example', 'name'],
    ['localhost', 'loopback'],
    ['a.LOCALHOST', 'loopback'],
    ['printer', 'local'],
    ['printer.local', 'local'],
    ['0x7f.1', 'never'],
    ['127.1', 'never'],
    ['2130706433', 'never'],
    ['0177.0.0.1', 'never'],
    ['fe80::1%eth0', 'never'],
    ['[::1]', 'never'],
    ['', 'never'],
    ['a b.example', 'never'],
  ])('%s is %s', (host, scope) => {
    expect(scopeOf(host)).toBe(scope);
  });
});

describe('the public rules', () => {
  it('allow a public address from every source', () => {
    expect(sourcesAllowed(publicRules, '8.8.8.8')).toEqual(SOURCES);
  });

  it('hostile 11: loopback is dialled only by hand, never for x.pe, PEX, trackers or the DHT', () => {
    expect(sourcesAllowed(publicRules, '127.0.0.1')).toEqual(['manual']);
    expect(sourcesAllowed(publicRules, '::ffff:127.0.0.1')).toEqual(['manual']);
  });

  it('dial the LAN by hand, from local discovery, and where the peer dialled us', () => {
    expect(sourcesAllowed(publicRules, '192.168.1.7')).toEqual(['manual', 'lsd', 'incoming']);
  });

  it('dial the LAN for a tracker that is on the LAN itself, but not for another source that claims so', () => {
    expect(publicRules.allows(at('192.168.1.7'), 'tracker', { fromLocalTracker: true })).toBe(true);
    expect(publicRules.allows(at('127.0.0.1'), 'tracker', { fromLocalTracker: true })).toBe(false);
    expect(publicRules.allows(at('192.168.1.7'), 'pex', { fromLocalTracker: true })).toBe(false);
  });

  it('take names only from links and from the user', () => {
    expect(sourcesAllowed(publicRules, 'peer.example')).toEqual(['manual', 'magnet']);
  });

  it('count one peer an IP, however it is written', () => {
    expect(publicRules.identity(at('8.8.8.8', 1))).toBe(publicRules.identity(at('::ffff:8.8.8.8', 2)));
    expect(publicRules.identity(at('2600:0:0::1', 1))).toBe(publicRules.identity(at('2600::1', 1)));
  });
});

describe('the rules with local peers', () => {
  it('allow loopback and LAN from every source and count one peer an IP and port', () => {
    expect(sourcesAllowed(localRules, '127.0.0.1')).toEqual(SOURCES);
    expect(sourcesAllowed(localRules, '10.1.1.1')).toEqual(SOURCES);
    expect(localRules.identity(at('127.0.0.1', 1))).not.toBe(localRules.identity(at('127.0.0.1', 2)));
  });
});

describe.each([publicRules, localRules])('both rules', (policy) => {
  it('refuse what can be no peer', () => {
    for (const host of ['0.0.0.0', '239.1.1.1', 'ff02::1', '::', '0x7f.1'])
      expect(sourcesAllowed(policy, host)).toEqual([]);
    for (const port of [0, -1, 65536, 1.5]) expect(policy.allows(at('8.8.8.8', port), 'manual')).toBe(false);
  });
});
