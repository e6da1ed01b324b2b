import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { decodeDictionary } from '../../src/protocol/bencode.js';
import { isKrpc, parseKrpc } from '../../src/protocol/krpc-parser.js';
import {
  encodeKrpcError,
  encodeKrpcQuery,
  encodeKrpcReply,
  KrpcError,
  type KrpcQueryBody,
  type KrpcReplyFields,
} from '../../src/protocol/krpc.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { formatIp } from '../../src/utils/ip-address.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const ID = ascii('abcdefghij0123456789');
const TARGET = ascii('mnopqrstuvwxyz123456');
const FROM = { host: '192.0.2.1', port: 6881 };

const codeOf = (datagram: Uint8Array): string => {
  try {
    return parseKrpc(datagram).type;
  } catch (error) {
    if (error instanceof KrpcError) return error.code;
    throw error;
  }
};

const reply = (fields: Record<string, BencodeInput>): Uint8Array =>
  encode({ t: 'aa', y: 'r', r: { id: ID, ...fields } });
const query = (method: string, fields: Record<string, BencodeInput>): Uint8Array =>
  encode({ t: 'aa', y: 'q', q: method, a: { id: ID, ...fields } });

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = bytes(20);
const opaque = fc.uint8Array({ minLength: 1, maxLength: 64 });
const want = fc.constantFrom<(4 | 6)[] | undefined>(undefined, [4], [6], [4, 6]);
const port = fc.integer({ min: 1, max: 65535 });
const body: fc.Arbitrary<KrpcQueryBody> = fc.oneof(
  fc.constant({ method: 'ping' as const }),
  fc.record({ method: fc.constantFrom('find_node' as const, 'sample_infohashes' as const), target: id, want }),
  fc.record({
    method: fc.constant('get_peers' as const),
    infoHash: id,
    want,
    noSeeds: fc.boolean(),
    scrape: fc.boolean(),
  }),
  fc.record({
    method: fc.constant('announce_peer' as const),
    infoHash: id,
    token: opaque,
    port,
    impliedPort: fc.boolean(),
    isSeed: fc.boolean(),
  }),
);
const endpoint4 = fc.record({ host: bytes(4).map(formatIp), port });
const endpoint6 = fc.record({ host: bytes(15).map((tail) => formatIp(Uint8Array.of(0x20, ...tail))), port });
const fields: fc.Arbitrary<KrpcReplyFields> = fc.record({
  id,
  nodes: fc.option(fc.array(fc.record({ id, endpoint: endpoint4 }), { maxLength: 8 }), { nil: undefined }),
  nodes6: fc.option(fc.array(fc.record({ id, endpoint: endpoint6 }), { maxLength: 8 }), { nil: undefined }),
  values: fc.option(fc.array(fc.oneof(endpoint4, endpoint6), { maxLength: 10 }), { nil: undefined }),
  token: fc.option(opaque, { nil: undefined }),
  seedFilter: fc.option(bytes(256), { nil: undefined }),
  peerFilter: fc.option(bytes(256), { nil: undefined }),
});

describe('KRPC', () => {
  it('reads the queries of BEP 5', () => {
    expect(parseKrpc(ascii('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'))).toEqual({
      type: 'query',
      transactionId: ascii('aa'),
      id: ID,
      isReadOnly: false,
      body: { method: 'ping' },
    });
    const findNode = 'd1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe';
    expect(parseKrpc(ascii(findNode))).toMatchObject({ body: { method: 'find_node', target: TARGET } });
    const getPeers = 'd1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe';
    expect(parseKrpc(ascii(getPeers))).toMatchObject({ body: { method: 'get_peers', infoHash: TARGET } });
    const announce =
      'd1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe';
    expect(parseKrpc(ascii(announce))).toMatchObject({
      body: { method: 'announce_peer', infoHash: TARGET, port: 6881, impliedPort: true, token: ascii('aoeusnth') },
    });
  });

  it('reads the replies and the error of BEP 5', () => {
    const values = 'd1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re';
    expect(parseKrpc(ascii(values))).toMatchObject({
      type: 'reply',
      id: ID,
      token: ascii('aoeusnth'),
      values: [
        { host: '97.120.106.101', port: 0x2e75 },
        { host: '105.100.104.116', port: 0x6e6d },
      ],
    });
    expect(parseKrpc(ascii('d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee'))).toEqual({
      type: 'error',
      transactionId: ascii('aa'),
      code: 201,
      text: 'A Generic Error Ocurred',
    });
  });

  it('queries go there and back', () => {
    fc.assert(
      fc.property(opaque, id, fc.boolean(), body, (transactionId, ownId, isReadOnly, queryBody) => {
        const parsed = parseKrpc(encodeKrpcQuery({ transactionId, id: ownId, isReadOnly, body: queryBody }));
        expect(parsed).toEqual({ type: 'query', transactionId, id: ownId, isReadOnly, body: queryBody });
      }),
    );
  });

  it('replies go there and back, with the address of who asked', () => {
    fc.assert(
      fc.property(opaque, fields, endpoint4, (transactionId, replyFields, to) => {
        const datagram = encodeKrpcReply({ transactionId, to, fields: replyFields });
        fc.pre(datagram.length <= 1500);
        expect(parseKrpc(datagram)).toEqual({ type: 'reply', transactionId, externalIp: to.host, ...replyFields });
      }),
    );
  });

  it('errors go there and back', () => {
    const transactionId = ascii('aa');
    expect(parseKrpc(encodeKrpcError({ transactionId, code: 203, text: 'bad token' }))).toEqual({
      type: 'error',
      transactionId,
      code: 203,
      text: 'bad token',
    });
  });

  it('a sample carries its info-hashes, their number in all and how long it stays the same (BEP 51)', () => {
    const samples = { infoHashes: [ID, TARGET], total: 7, intervalSeconds: 600 };
    const datagram = encodeKrpcReply({ transactionId: ascii('aa'), to: FROM, fields: { id: ID }, samples });
    const r = decodeDictionary(datagram).getDict('r');
    expect(r?.getBytes('samples')).toEqual(concatBytes([ID, TARGET]));
    expect([r?.getInt('num'), r?.getInt('interval')]).toEqual([7, 600]);
  });

  it('a method nobody knows keeps its target', () => {
    expect(parseKrpc(query('put', { target: TARGET }))).toMatchObject({ body: { method: 'unknown', target: TARGET } });
    expect(parseKrpc(query('put', {}))).toMatchObject({ body: { method: 'unknown', target: undefined } });
  });

  it.each<[string, Uint8Array]>([
    ['find_node without a target', query('find_node', {})],
    ['get_peers with a short info-hash', query('get_peers', { info_hash: 'short' })],
    ['announce_peer without a token', query('announce_peer', { info_hash: TARGET, port: 1 })],
    ['announce_peer without a port', query('announce_peer', { info_hash: TARGET, token: 'x' })],
    ['announce_peer to port 0', query('announce_peer', { info_hash: TARGET, token: 'x', port: 0 })],
    ['announce_peer to port 65536', query('announce_peer', { info_hash: TARGET, token: 'x', port: 65536 })],
    ['a token that is too long', query('announce_peer', { info_hash: TARGET, token: 'x'.repeat(65), port: 1 })],
  ])('%s is malformed, and can be told so', (_, datagram) => {
    expect(parseKrpc(datagram)).toMatchObject({ type: 'query', body: { method: 'malformed' } });
  });

  it('announce_peer with an implied port needs no other', () => {
    const datagram = query('announce_peer', { info_hash: TARGET, token: 'x', implied_port: 1 });
    expect(parseKrpc(datagram)).toMatchObject({ body: { method: 'announce_peer', impliedPort: true } });
  });

  it('our address may come with or without a port, and is ignored when it is neither', () => {
    const withIp = (ip: Uint8Array) => parseKrpc(encode({ t: 'aa', y: 'r', r: { id: ID }, ip }));
    expect(withIp(Uint8Array.of(192, 0, 2, 1, 1, 2))).toMatchObject({ externalIp: '192.0.2.1' });
    expect(withIp(Uint8Array.of(192, 0, 2, 1))).toMatchObject({ externalIp: '192.0.2.1' });
    expect(withIp(Uint8Array.of(1, 2, 3))).toMatchObject({ externalIp: undefined });
  });

  it.each<[string, Uint8Array, string]>([
    ['over 1500 bytes', query('ping', { padding: new Uint8Array(1500) }), 'too-large'],
    ['a query without id', encode({ t: 'aa', y: 'q', q: 'ping', a: {} }), 'bad-id'],
    ['a query without arguments', encode({ t: 'aa', y: 'q', q: 'ping' }), 'bad-id'],
    ['an id of 19 bytes', encode({ t: 'aa', y: 'q', q: 'ping', a: { id: ID.subarray(1) } }), 'bad-id'],
    ['a reply without id', encode({ t: 'aa', y: 'r', r: {} }), 'bad-id'],
    ['nodes of 25 bytes', reply({ nodes: new Uint8Array(25) }), 'bad-nodes'],
    ['nodes6 of 26 bytes', reply({ nodes6: new Uint8Array(26) }), 'bad-nodes'],
    ['values of 5 bytes', reply({ values: [new Uint8Array(5)] }), 'bad-values'],
    ['values that are numbers', reply({ values: [1] }), 'bad-values'],
    ['a filter of 255 bytes', reply({ BFsd: new Uint8Array(255) }), 'bad-filter'],
    ['no transaction id', encode({ y: 'q', q: 'ping', a: { id: ID } }), 'bad-transaction'],
    ['a transaction id of 65 bytes', encode({ t: 'x'.repeat(65), y: 'r', r: { id: ID } }), 'bad-transaction'],
    ['no type', encode({ t: 'aa', a: { id: ID } }), 'bad-type'],
    ['a list', encode([]), 'not-bencode'],
    ['deep nesting', ascii('l'.repeat(1400)), 'not-bencode'],
  ])('hostile 37: %s is refused', (_, datagram, code) => {
    expect(codeOf(datagram)).toBe(code);
  });

  it('random bytes, and messages with a byte changed, throw nothing but the typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1600 }), (datagram) => {
        expect(codeOf(datagram)).toBeTypeOf('string');
      }),
    );
    fc.assert(
      fc.property(fields, fc.nat(), fc.nat(255), (replyFields, seed, byte) => {
        const datagram = encodeKrpcReply({ transactionId: ascii('aa'), to: FROM, fields: replyFields });
        datagram[seed % datagram.length] = byte;
        expect(codeOf(datagram)).toBeTypeOf('string');
      }),
    );
  });

  it('is told from what else comes to a shared port by its first and last byte', () => {
    expect(isKrpc(reply({}))).toBe(true);
    expect(isKrpc(new Uint8Array(16))).toBe(false);
    expect(isKrpc(new Uint8Array())).toBe(false);
  });
});
