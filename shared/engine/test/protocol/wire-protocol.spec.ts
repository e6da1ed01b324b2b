import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerWireProtocol as wire } from '../../src/protocol/wire-protocol.js';
import { WireProtocolError } from '../../src/protocol/wire-protocol-error.js';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { concatBytes, fromHex, toHex } from '../../src/utils/bytes.js';

const bytesOf = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? expect.fail('bad hex');

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireProtocolError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const bytes = fc.uint8Array({ maxLength: 100 });
const unknownId = fc
  .integer({ min: 0, max: 255 })
  .filter((id) => ![...Array(10).keys(), 13, 14, 15, 16, 17, 20].includes(id));
const anyMessage: fc.Arbitrary<WireMessage> = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      'choke' as const,
      'unchoke' as const,
      'interested' as const,
      'not-interested' as const,
      'have-all' as const,
      'have-none' as const,
      'keep-alive' as const,
    ),
  }),
  fc.record({ type: fc.constantFrom('have' as const, 'suggest' as const, 'allowed-fast' as const), index: u32 }),
  fc.record({ type: fc.constant('bitfield' as const), bits: bytes }),
  fc.record({
    type: fc.constantFrom('request' as const, 'cancel' as const, 'reject' as const),
    index: u32,
    begin: u32,
    length: u32,
  }),
  fc.record({
    type: fc.constant('piece' as const),
    index: u32,
    begin: u32,
    block: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  }),
  fc.record({ type: fc.constant('port' as const), port: fc.integer({ min: 0, max: 65535 }) }),
  fc.record({ type: fc.constant('extended' as const), extendedId: fc.integer({ min: 0, max: 255 }), payload: bytes }),
  fc.record({ type: fc.constant('unknown' as const), id: unknownId, payload: bytes }),
);

describe('handshake', () => {
  const handshake = {
    infoHash: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20).fill(2),
    reserved: wire.encodeReserved({ extensionProtocol: true, fast: true, dht: true }),
  };

  it('is the 68 bytes of BEP 3', () => {
    expect(toHex(wire.encodeHandshake(handshake))).toBe(
      '13' +
        toHex(new TextEncoder().encode('BitTorrent protocol')) +
        '0000000000100005' +
        '01'.repeat(20) +
        '02'.repeat(20),
    );
  });

  it('is read back once all 68 bytes are there, and leaves what follows', () => {
    const encoded = wire.encodeHandshake(handshake);
    expect(wire.parseHandshake(concatBytes([encoded, Uint8Array.of(0)]))).toEqual(handshake);
    for (let length = 0; length < 68; length++) {
      expect(wire.parseHandshake(encoded.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    { extensionProtocol: true, fast: false, dht: false },
    { extensionProtocol: false, fast: true, dht: false },
    { extensionProtocol: false, fast: false, dht: true },
  ])('announces features in the reserved bits: %o', (features) => {
    expect(wire.parseReserved(wire.encodeReserved(features))).toEqual(features);
  });

  it('hostile 23: another protocol is refused at its first wrong byte', () => {
    expect(codeOf(() => wire.parseHandshake(Uint8Array.of(0x47)))).toBe('bad-protocol');
    expect(codeOf(() => wire.parseHandshake(new TextEncoder().encode('\x13BitTorrent protocoL')))).toBe('bad-protocol');
  });
});

describe('messages', () => {
  it.each<[string, WireMessage, string]>([
    ['keep-alive', { type: 'keep-alive' }, '00000000'],
    ['choke', { type: 'choke' }, '00000001 00'],
    ['unchoke', { type: 'unchoke' }, '00000001 01'],
    ['interested', { type: 'interested' }, '00000001 02'],
    ['not-interested', { type: 'not-interested' }, '00000001 03'],
    ['have', { type: 'have', index: 0x01020304 }, '00000005 04 01020304'],
    ['bitfield', { type: 'bitfield', bits: Uint8Array.of(0xa0) }, '00000002 05 a0'],
    ['request', { type: 'request', index: 1, begin: 2, length: 3 }, '0000000d 06 00000001 00000002 00000003'],
    ['piece', { type: 'piece', index: 1, begin: 2, block: Uint8Array.of(9) }, '0000000a 07 00000001 00000002 09'],
    ['cancel', { type: 'cancel', index: 1, begin: 2, length: 3 }, '0000000d 08 00000001 00000002 00000003'],
    ['port', { type: 'port', port: 6881 }, '00000003 09 1ae1'],
    ['suggest', { type: 'suggest', index: 7 }, '00000005 0d 00000007'],
    ['have-all', { type: 'have-all' }, '00000001 0e'],
    ['have-none', { type: 'have-none' }, '00000001 0f'],
    ['reject', { type: 'reject', index: 1, begin: 2, length: 3 }, '0000000d 10 00000001 00000002 00000003'],
    ['allowed-fast', { type: 'allowed-fast', index: 7 }, '00000005 11 00000007'],
    ['extended', { type: 'extended', extendedId: 3, payload: Uint8Array.of(1) }, '00000003 14 03 01'],
    ['unknown', { type: 'unknown', id: 99, payload: Uint8Array.of(1) }, '00000002 63 01'],
  ])('%s has its wire layout', (_, message, hex) => {
    expect(toHex(wire.encode(message))).toBe(hex.replaceAll(' ', ''));
    expect(wire.parse(bytesOf(hex))).toEqual({ messages: [message], consumed: bytesOf(hex).length });
  });

  it('are read back whatever the chunks they arrive in', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 })), (sent, cuts) => {
        const stream = concatBytes(sent.map(wire.encode));
        const received: WireMessage[] = [];
        let rest = new Uint8Array(0);
        let offset = 0;
        for (const size of [...cuts, stream.length]) {
          const chunk = stream.subarray(offset, offset + size);
          offset += chunk.length;
          const { messages, consumed } = wire.parse(concatBytes([rest, chunk]));
          received.push(...messages);
          rest = concatBytes([rest, chunk]).slice(consumed);
        }
        expect(received).toEqual(sent);
        expect(rest).toHaveLength(0);
      }),
    );
  });

  it('are read in place: payloads are views into the input', () => {
    const input = bytesOf('0000000a 07 00000001 00000002 09');
    const [piece] = wire.parse(input).messages;
    expect(piece?.type === 'piece' && piece.block.buffer === input.buffer && piece.block.byteOffset).toBe(13);
  });

  it('random bytes throw nothing but the typed error', () => {
    const smallLengths = fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          smallLengths.map((values) => Uint8Array.from(values)),
        ),
        (input) => {
          for (const read of [wire.parse, wire.parseHeader, wire.parseHandshake]) {
            expect(codeOf(() => read(input))).toBeTypeOf('string');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('bursts are written into one buffer', () => {
    const out = new Uint8Array(9 + 3 * 17);
    let offset = wire.writeHave(out, 0, 5);
    offset = wire.writeRequest(out, offset, 1, 16384, 16384);
    offset = wire.writeCancel(out, offset, 2, 0, 16384);
    offset = wire.writeReject(out, offset, 3, 0, 1);
    expect(offset).toBe(out.length);
    expect(wire.parse(out).messages).toEqual([
      { type: 'have', index: 5 },
      { type: 'request', index: 1, begin: 16384, length: 16384 },
      { type: 'cancel', index: 2, begin: 0, length: 16384 },
      { type: 'reject', index: 3, begin: 0, length: 1 },
    ]);
  });
});

describe('header of a message that has not all arrived', () => {
  it('gives index, begin and length of a PIECE after 13 bytes', () => {
    const header = wire.encodePieceHeader(7, 16384, 1000);
    expect(wire.parseHeader(header)).toEqual({
      type: 'piece',
      headerBytes: 13,
      messageBytes: 1013,
      index: 7,
      begin: 16384,
      blockLength: 1000,
    });
    for (let length = 0; length < 13; length++) expect(wire.parseHeader(header.subarray(0, length))).toBeUndefined();
  });

  it('agrees with the whole message', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const encoded = wire.encode(message);
        const header = wire.parseHeader(encoded);
        expect(header?.type).toBe(message.type);
        expect(header?.messageBytes).toBe(encoded.length);
      }),
    );
  });
});

describe('refused', () => {
  it.each(['ffffffff', '00100001'])('hostile 19: length prefix %s, before anything else arrives', (prefix) => {
    expect(codeOf(() => wire.parse(bytesOf(prefix)))).toBe('message-too-long');
    expect(codeOf(() => wire.parseHeader(bytesOf(prefix)))).toBe('message-too-long');
  });

  it('hostile 19: a message of exactly 1 MiB is still waited for', () => {
    expect(wire.parse(bytesOf('00100000 05')).consumed).toBe(0);
    expect(wire.parseHeader(bytesOf('00100000 05'))?.messageBytes).toBe(1024 * 1024 + 4);
  });

  it('hostile 20: a PIECE over 16 KiB, as soon as its id is known', () => {
    expect(codeOf(() => wire.parse(wire.encodePieceHeader(0, 0, 16385).subarray(0, 5)))).toBe('block-too-long');
    expect(wire.parseHeader(wire.encodePieceHeader(0, 0, 16384))?.messageBytes).toBe(16397);
  });

  it.each([
    '00000002 00',
    '00000001 04',
    '00000006 04',
    '0000000c 06',
    '0000000e 10',
    '00000002 09',
    '00000001 14',
    '00000009 07',
  ])('a length that its message cannot have: %s', (start) => {
    expect(codeOf(() => wire.parse(bytesOf(start)))).toBe('bad-length');
    expect(codeOf(() => wire.parseHeader(bytesOf(start)))).toBe('bad-length');
  });
});
