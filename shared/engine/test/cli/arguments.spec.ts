import { describe, expect, test } from 'vitest';
import { parseEndpoint, parsePort } from '../../src/cli/arguments.js';
import { formatBytes, formatDuration } from '../../src/cli/text.js';
import { allowsAddress, allowsTrackerAddress } from '../../src/cli/tracker-address.js';
import type { SocketError } from '../../src/interfaces/socket.js';
import { NodeSocketFactory } from '../../src/io/node/index.js';

describe('arguments of the command line', () => {
  test.each([
    ['192.0.2.1:6881', { host: '192.0.2.1', port: 6881 }],
    ['[2001:db8::1]:1', { host: '2001:db8::1', port: 1 }],
  ])('%s is a peer', (text, endpoint) => expect(parseEndpoint(text)).toEqual(endpoint));

  test.each(['', '192.0.2.1', 'example.org:6881', '2001:db8::1:6881', '192.0.2.1:0', '192.0.2.1:65536', ':1'])(
    '%j is no peer',
    (text) => expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'usage' })),
  );

  test.each(['0', '65536', '-1', '1e3', ' 1'])('%j is no port', (text) =>
    expect(() => parsePort(text)).toThrow(expect.objectContaining({ code: 'usage' })),
  );
});

describe('text for people', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [5 * 2 ** 40, '5.0 TiB'],
    [2 ** 63, '8192.0 PiB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0, '0s'],
    [0.2, '1s'],
    [61, '1m 1s'],
    [3600, '1h'],
    [3_700, '1h 1m'],
    [90_061, '1d 1h'],
  ])('%d seconds read %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('hostile 33: a tracker on this machine or its LAN', () => {
  test.each([
    ['93.184.216.34', 'http://tracker.example/whatever', true],
    ['127.0.0.1', 'http://127.0.0.1:8080/announce', true],
    ['192.168.1.1', 'http://nas.local/x/announce.php?passkey=1', true],
    ['127.0.0.1', 'http://127.0.0.1/admin', false],
    ['127.0.0.1', 'http://rebound.example/announce/../admin', false],
    ['::1', 'http://[::1]/', false],
    ['192.168.1.1', 'http://192.168.1.1/?x=/announce', false],
    ['192.168.1.1', 'http://192.168.1.1/setup.cgi/../announce?x', false],
    ['192.168.1.1', 'http://192.168.1.1/apply.cgi/%2e%2e/announce', false],
    ['192.168.1.1', 'http://192.168.1.1/a/b/announce', false],
    ['192.168.1.1', 'http://192.168.1.1/announce/passkey#x', true],
    ['0.0.0.0', 'http://0.0.0.0/announce', false],
  ])('%s by %s: asked %s', (ip, url, isAllowed) => {
    expect(allowsTrackerAddress(ip, { url, isRedirect: false })).toBe(isAllowed);
  });

  test.each([
    ['127.0.0.1', false, false],
    ['::1', false, false],
    ['192.168.1.1', false, false],
    ['192.168.1.1', true, true],
    ['224.0.0.1', true, false],
    ['93.184.216.34', false, true],
  ])('by UDP as by HTTP: %s with an announce path %s is asked %s', async (ip, isAnnounce, isAllowed) => {
    const lookup = () => Promise.resolve([{ address: ip, family: ip.includes(':') ? 6 : 4 }]);
    const sockets = new NodeSocketFactory({ allowAddress: allowsAddress, lookup });
    for (const host of [ip, 'tracker.example']) {
      const outcome = await sockets
        .resolve(host, { isAnnounce })
        .catch((error: unknown) => (error as SocketError).code);
      expect(outcome).toEqual(isAllowed ? [ip] : 'not-permitted');
    }
  });

  test('is not asked where a server redirects to it', () => {
    const redirect = { url: 'http://127.0.0.1/announce', isRedirect: true };
    expect(allowsTrackerAddress('127.0.0.1', redirect)).toBe(false);
    expect(allowsTrackerAddress('93.184.216.34', redirect)).toBe(true);
  });
});
