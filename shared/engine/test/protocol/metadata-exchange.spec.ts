import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/protocol/bencode-encoder.js';
import {
  encodeMetadataMessage,
  metadataPieceCount,
  metadataPieceLength,
  MetadataExchangeError,
  parseMetadataMessage,
} from '../../src/protocol/metadata-exchange.js';
import { concatBytes, equalBytes } from '../../src/utils/bytes.js';

const codeOf = (payload: Uint8Array): string => {
  try {
    parseMetadataMessage(payload);
  } catch (error) {
    if (error instanceof MetadataExchangeError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

const dataMessage = (fields: { piece?: number; total_size?: number | bigint }, bytes: number): Uint8Array =>
  concatBytes([encode({ msg_type: 1, ...fields }), new Uint8Array(bytes)]);

describe('metadata exchange', () => {
  it('cuts metadata into pieces of 16 KiB, the last one shorter', () => {
    expect(metadataPieceCount(16384)).toBe(1);
    expect(metadataPieceCount(16385)).toBe(2);
    expect(metadataPieceLength(16385, 0)).toBe(16384);
    expect(metadataPieceLength(16385, 1)).toBe(1);
  });

  it('requests and rejects go there and back', () => {
    fc.assert(
      fc.property(fc.constantFrom('request' as const, 'reject' as const), fc.nat(2047), (type, piece) => {
        expect(parseMetadataMessage(encodeMetadataMessage({ type, piece }))).toEqual({ type, piece });
      }),
    );
  });

  it('data goes there and back, its bytes a view into the input', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), fc.nat(255), (totalSize, seed, fill) => {
        const piece = seed % metadataPieceCount(totalSize);
        const data = new Uint8Array(metadataPieceLength(totalSize, piece)).fill(fill);
        const payload = encodeMetadataMessage({ type: 'data', piece, totalSize, data });
        const message = parseMetadataMessage(payload);
        if (message.type !== 'data') return expect.fail(message.type);
        expect([message.piece, message.totalSize]).toEqual([piece, totalSize]);
        expect(equalBytes(message.data, data)).toBe(true);
        expect(message.data.buffer).toBe(payload.buffer);
      }),
    );
  });

  it('a type that nobody defined is to be ignored', () => {
    expect(parseMetadataMessage(encode({ msg_type: 3 }))).toEqual({ type: 'unknown' });
  });

  it('random bytes throw nothing but the typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (payload) => {
        expect(codeOf(payload)).toBeTypeOf('string');
      }),
    );
  });

  it.each<[string, Uint8Array, string]>([
    ['no bencode', Uint8Array.of(1), 'malformed'],
    ['a list', encode([]), 'malformed'],
    ['no type', encode({ piece: 0 }), 'malformed'],
    ['no piece', encode({ msg_type: 0 }), 'malformed'],
    ['a negative piece', encode({ msg_type: 0, piece: -1 }), 'bad-piece'],
    ['a piece past 32 MiB', encode({ msg_type: 0, piece: 2048 }), 'bad-piece'],
    ['a piece past total_size', dataMessage({ piece: 1, total_size: 16384 }, 16384), 'bad-piece'],
    ['no total_size', dataMessage({ piece: 0 }, 1), 'bad-size'],
    ['a total_size of 0', dataMessage({ piece: 0, total_size: 0 }, 0), 'bad-size'],
    ['a total_size of 2^50', dataMessage({ piece: 0, total_size: 2 ** 50 }, 16384), 'bad-size'],
    ['a total_size of 2^62', dataMessage({ piece: 0, total_size: 2n ** 62n }, 16384), 'bad-size'],
    ['over 16 KiB of data', dataMessage({ piece: 0, total_size: 40000 }, 16385), 'bad-length'],
    ['less data than the piece has', dataMessage({ piece: 0, total_size: 40000 }, 100), 'bad-length'],
    ['more data than the last piece has', dataMessage({ piece: 2, total_size: 40000 }, 16384), 'bad-length'],
  ])('hostile 25: %s is refused', (_, payload, code) => {
    expect(codeOf(payload)).toBe(code);
  });

  it('hostile 1: deep nesting is the typed error', () => {
    expect(codeOf(new TextEncoder().encode('l'.repeat(20_000)))).toBe('malformed');
  });
});
