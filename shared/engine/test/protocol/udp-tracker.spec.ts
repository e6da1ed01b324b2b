import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeUdpAnnounce,
  encodeUdpConnect,
  encodeUdpScrape,
  parseUdpReply,
  readUdpTransactionId,
  type UdpAnnounce,
  UdpTrackerProtocolError,
} from '../../src/protocol/udp-tracker.js';
import { fromHex, toHex } from '../../src/utils/bytes.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';

const hex = (text: string) => fromHex(text.replace(/\s/g, '')) ?? new Uint8Array();
const header = { connectionId: hex('0102030405060708'), transactionId: 0xdeadbeef };
const announce: UdpAnnounce = {
  infoHash: hex('aa'.repeat(20)),
  peerId: hex('bb'.repeat(20)),
  downloaded: 1,
  left: 2 ** 53 - 1,
  uploaded: 2 ** 32,
  event: 'started',
  key: 0x12345678,
  peersWanted: 200,
  port: 6881,
  urlData: '',
};

describe('requests of BEP 15', () => {
  it('connect', () => {
    expect(toHex(encodeUdpConnect(0xdeadbeef))).toBe('0000041727101980' + '00000000' + 'deadbeef');
  });

  it('announce', () => {
    const expected = [
      '0102030405060708 00000001 deadbeef',
      'aa'.repeat(20),
      'bb'.repeat(20),
      '0000000000000001 001fffffffffffff 0000000100000000',
      '00000002 00000000 12345678 000000c8 1ae1',
    ];
    expect(encodeUdpAnnounce(header, announce)).toEqual(hex(expected.join('')));
  });

  it.each([
    ['update', 0],
    ['completed', 1],
    ['started', 2],
    ['stopped', 3],
  ] as const)('%s is event %d', (event, number) => {
    expect(encodeUdpAnnounce(header, { ...announce, event })[83]).toBe(number);
  });

  it('scrape', () => {
    expect(encodeUdpScrape(header, announce.infoHash)).toEqual(
      hex(`0102030405060708 00000002 deadbeef ${'aa'.repeat(20)}`),
    );
  });

  it('carry path and query in options of at most 255 bytes (BEP 41)', () => {
    const options = (urlData: string) => encodeUdpAnnounce(header, { ...announce, urlData }).subarray(98);
    expect(options('')).toHaveLength(0);
    expect(options('/a?b')).toEqual(hex('02 04 2f613f62'));
    expect(options('x'.repeat(255))).toEqual(hex(`02 ff ${'78'.repeat(255)}`));
    expect(options('x'.repeat(256))).toEqual(hex(`02 ff ${'78'.repeat(255)} 02 01 78`));
  });

  it('carry any path whole', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000, unit: 'grapheme' }), (urlData) => {
        let rest = encodeUdpAnnounce(header, { ...announce, urlData }).subarray(98);
        const parts: number[] = [];
        while (rest.length > 0) {
          expect(rest[0]).toBe(2);
          const length = rest[1] ?? 0;
          parts.push(...rest.subarray(2, 2 + length));
          rest = rest.subarray(2 + length);
        }
        expect(Uint8Array.from(parts)).toEqual(new TextEncoder().encode(urlData));
      }),
    );
  });

  it('carry any counters whole', () => {
    const counter = fc.maxSafeNat();
    fc.assert(
      fc.property(counter, counter, counter, (downloaded, left, uploaded) => {
        const bytes = encodeUdpAnnounce(header, { ...announce, downloaded, left, uploaded });
        const view = new DataView(bytes.buffer);
        expect([56, 64, 72].map((offset) => Number(view.getBigUint64(offset)))).toEqual([downloaded, left, uploaded]);
      }),
    );
  });
});

describe('replies of BEP 15', () => {
  const parse = (text: string, isIpv6 = false) => parseUdpReply(hex(text), { isIpv6 });

  it('connect', () => {
    expect(parse('00000000 deadbeef 0102030405060708')).toEqual({
      action: 'connect',
      connectionId: header.connectionId,
    });
  });

  it('announce over IPv4', () => {
    expect(parse('00000001 deadbeef 00000708 00000004 00000003 c0000201 1ae1 c0000202 0001')).toEqual({
      action: 'announce',
      intervalSeconds: 1800,
      leechers: 4,
      seeds: 3,
      peers: [
        { host: '192.0.2.1', port: 6881 },
        { host: '192.0.2.2', port: 1 },
      ],
    });
  });

  it('announce over IPv6', () => {
    const head = '00000001 deadbeef 00000708 00000004 00000003';
    expect(parse(`${head} 20010db8000000000000000000000001 1ae1`, true)).toMatchObject({
      peers: [{ host: '2001:db8::1', port: 6881 }],
    });
  });

  it('scrape', () => {
    expect(parse('00000002 deadbeef 00000003 00000005 00000004')).toEqual({
      action: 'scrape',
      seeds: 3,
      downloads: 5,
      leechers: 4,
    });
  });

  it('error', () => {
    expect(parse('00000003 deadbeef 6e6f')).toEqual({ action: 'error', message: 'no' });
    expect(parse('00000003 deadbeef')).toEqual({ action: 'error', message: '' });
  });

  it('hostile 31: an interval of -1 and counts of -1 are signed, and half a peer is left out', () => {
    expect(parse('00000001 deadbeef ffffffff ffffffff ffffffff c00002011ae1 c00002')).toEqual({
      action: 'announce',
      intervalSeconds: -1,
      leechers: -1,
      seeds: -1,
      peers: [{ host: '192.0.2.1', port: 6881 }],
    });
  });

  it.each([
    ['', 'too-short'],
    ['00000000 deadbe', 'too-short'],
    ['00000000 deadbeef', 'too-short'],
    ['00000001 deadbeef', 'too-short'],
    ['00000002 deadbeef 00000000 00000000 000000', 'too-short'],
    ['00000004 deadbeef 0000000000000000', 'unknown-action'],
  ])('hostile 32: `%s` is %s', (text, code) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('are known by the transaction id', () => {
    expect(readUdpTransactionId(hex('00000001 deadbeef'))).toBe(0xdeadbeef);
    expect(readUdpTransactionId(hex('00000001 deadbe'))).toBeUndefined();
  });

  it('of any bytes parse or throw the error of this protocol', () => {
    const action = fc.nat({ max: 4 }).map((value) => Uint8Array.of(0, 0, 0, value));
    const datagram = fc.tuple(action, fc.uint8Array({ maxLength: 200 })).map(([a, b]) => Uint8Array.of(...a, ...b));
    fc.assert(
      fc.property(fc.oneof(datagram, fc.uint8Array({ maxLength: 60 })), fc.boolean(), (bytes, isIpv6) => {
        try {
          const reply = parseUdpReply(bytes, { isIpv6 });
          expect(['connect', 'announce', 'scrape', 'error']).toContain(reply.action);
        } catch (error) {
          expect(error).toBeInstanceOf(UdpTrackerProtocolError);
        }
      }),
    );
  });

  it('announce gives every peer that was put in', () => {
    const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 }));
    fc.assert(
      fc.property(fc.array(ipv4, { maxLength: 50 }), fc.integer(), (list, interval) => {
        const peers = list.map(([host, port]) => ({ host, port }));
        const head = new DataView(new ArrayBuffer(20));
        head.setUint32(0, 1);
        head.setInt32(8, interval);
        const compact = peers.flatMap((peer) => [...(encodeCompactPeer(peer) ?? [])]);
        const bytes = Uint8Array.of(...new Uint8Array(head.buffer), ...compact);
        expect(parseUdpReply(bytes, { isIpv6: false })).toMatchObject({ intervalSeconds: interval, peers });
      }),
    );
  });
});
