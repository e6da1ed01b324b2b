import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bridgeOutcome,
  BridgeProtocolError,
  encodeMessage,
  EXTENSION_ID,
  EXTENSION_KEY,
  parseAccepted,
  parseBind,
  parseBound,
  parseClose,
  parseConnect,
  parseConnected,
  parseExtensionHello,
  parseFastLaneOffer,
  parseHelperHello,
  parseHttpRequest,
  parseHttpResponse,
  parseNativeMessage,
  parseNetworkPolicy,
  parseResolve,
  parseResolved,
  parseStoppedRequest,
} from '@jstorrent/bridge-protocol';

const local = { host: '127.0.0.1', port: 1 };
const remote = { host: '::1', port: 65_535 };
const parsers = [
  parseAccepted,
  parseBind,
  parseBound,
  parseClose,
  parseConnect,
  parseConnected,
  parseFastLaneOffer,
  parseHttpRequest,
  parseHttpResponse,
  parseNetworkPolicy,
  parseResolve,
  parseResolved,
  parseStoppedRequest,
];

describe('control messages', () => {
  it.each([
    [parseConnect, { ...remote, timeoutMs: 5 }],
    [parseConnected, { local, remote }],
    [parseBind, { port: 0 }],
    [parseBind, { host: '::', port: 6881 }],
    [parseBind, { port: 6771, multicastGroup: '239.192.152.143' }],
    [parseBind, { host: '::1', port: 6771, multicastGroup: 'ff15::efc0:988f' }],
    [parseBound, { local }],
    [parseAccepted, { socketId: 0x8000_0000, local, remote }],
    [parseClose, { code: 'refused', message: 'no' }],
    [parseHttpRequest, { url: 'http://t/', headers: { a: 'b' }, timeoutMs: 1, maxBytes: 2 }],
    [parseHttpRequest, { url: 'http://t/', headers: {}, family: 6, timeoutMs: 1, maxBytes: 2 }],
    [parseHttpResponse, { status: 200 }],
    [parseNetworkPolicy, { allowLoopback: true, allowLan: false }],
    [parseResolve, { host: 'tracker.example', family: 6, isAnnounce: true }],
    [parseResolve, { host: '192.0.2.1', isAnnounce: false }],
    [parseResolved, { addresses: ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', 'fe80::1%eth0'] }],
    [parseStoppedRequest, { key: 'k', url: null, headers: {} }],
    [parseStoppedRequest, { key: 'k', url: 'udp://[::1]:80', headers: {}, family: 6, datagram: 'AAAA' }],
    [parseFastLaneOffer, { port: 5, downToken: 'a'.repeat(64), upToken: 'b'.repeat(64) }],
  ] as const)('%o reads what was encoded', (read, message) => {
    expect(read(encodeMessage(message))).toEqual(message);
  });

  it.each(['192.0.2.1', '240.0.0.1', '::1', 'fe80::1', 'tracker.example', '239.1.1', 'ff'])(
    'hostile 54: %s cannot be joined',
    (multicastGroup) => {
      expect(() => parseBind(encodeMessage({ port: 0, multicastGroup }))).toThrow(BridgeProtocolError);
    },
  );

  it('hostile 54: any payload is read or refused with bad-payload', () => {
    const json = fc.json().map((text) => new TextEncoder().encode(text));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json), fc.constantFrom(...parsers), (payload, read) => {
        try {
          read(payload);
        } catch (error) {
          expect(error).toMatchObject({ name: 'BridgeProtocolError', code: 'bad-payload' });
        }
      }),
    );
  });

  it.each([
    [parseConnect, { host: '', port: 1 }],
    [parseConnect, { host: 'a', port: 0 }],
    [parseConnect, { host: 'a', port: 65_536 }],
    [parseAccepted, { socketId: 1, local, remote }],
    [parseHttpRequest, { url: 'http://t/', headers: { a: 1 }, timeoutMs: 1, maxBytes: 2 }],
    [parseHttpRequest, { url: 'http://t/', headers: {}, family: 5, timeoutMs: 1, maxBytes: 2 }],
    [parseHttpRequest, { url: 'http://t/', headers: {}, timeoutMs: 1, maxBytes: 2 ** 30 }],
    [parseResolve, { host: '', isAnnounce: true }],
    [parseResolve, { host: 'a'.repeat(256), isAnnounce: true }],
    [parseResolve, { host: 'a', isAnnounce: true, family: 5 }],
    [parseResolve, { host: 'a' }],
    [parseResolved, { addresses: [] }],
    [parseResolved, { addresses: ['tracker.example'] }],
    [parseResolved, { addresses: [4] }],
    [parseResolved, { addresses: Array.from({ length: 17 }, () => '192.0.2.1') }],
  ] as const)('%o refuses what is out of range', (read, message) => {
    expect(() => read(new TextEncoder().encode(JSON.stringify(message)))).toThrow(BridgeProtocolError);
  });

  it('read an empty close as no error, and a code of a later version as other', () => {
    expect(parseClose(new Uint8Array(0))).toBeUndefined();
    const later = new TextEncoder().encode('{"code":"brand-new","message":"m"}');
    expect(parseClose(later)).toEqual({ code: 'other', message: 'm' });
  });
});

describe('handshake', () => {
  const hello = (protocol: number, oldestProtocol: number) => ({
    protocol,
    oldestProtocol,
    version: `0.${protocol}`,
    capabilities: [],
    platform: 'linux',
  });

  it('hostile 51: tells a missing, a too old, a too new and a fitting helper apart', () => {
    expect(bridgeOutcome(hello(3, 2), undefined)).toEqual({ state: 'missing' });
    expect(bridgeOutcome(hello(3, 2), hello(1, 1))).toEqual({ state: 'helper-too-old', helperVersion: '0.1' });
    expect(bridgeOutcome(hello(3, 2), hello(5, 4))).toEqual({ state: 'extension-too-old', helperVersion: '0.5' });
    expect(bridgeOutcome(hello(3, 2), hello(5, 3))).toMatchObject({ state: 'ready', protocol: 3 });
    expect(bridgeOutcome(hello(3, 2), hello(2, 1))).toMatchObject({ state: 'ready', protocol: 2 });
  });

  it('reads hellos with unknown fields and refuses broken ones', () => {
    expect(parseHelperHello({ ...hello(1, 1), capabilities: ['fast-lane', 5], more: true })).toEqual({
      ...hello(1, 1),
      capabilities: ['fast-lane'],
    });
    expect(() => parseHelperHello({ ...hello(1, 1), platform: undefined })).toThrow(BridgeProtocolError);
    expect(() => parseExtensionHello(null)).toThrow(BridgeProtocolError);
  });

  it('takes native messages apart and refuses what is none', () => {
    expect(parseNativeMessage({ f: 'AAAA' })).toEqual({ frames: 'AAAA' });
    expect(parseNativeMessage({ hello: 1 })).toEqual({ hello: 1 });
    for (const message of [null, 5, 'f', [], {}, { f: 5 }]) {
      expect(() => parseNativeMessage(message)).toThrow(expect.objectContaining({ code: 'bad-native-message' }));
    }
  });

  it('has the extension id that its key gives', () => {
    const digest = createHash('sha256').update(Buffer.from(EXTENSION_KEY, 'base64')).digest('hex').slice(0, 32);
    const id = Array.from(digest, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
    expect(id).toBe(EXTENSION_ID);
  });
});
