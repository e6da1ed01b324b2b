import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilePlace, PublishedRecord } from '../../src/core/published-record.js';
import { RecordError, seal, unseal } from '../../src/core/sealed-record.js';
import { decodeSettings, encodeSettings } from '../../src/core/settings-record.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { NO_OWN_LIMITS } from '../../src/core/torrent-limits.js';
import {
  decodeMetadataRecord,
  decodeProgressRecord,
  decodeTorrentRecord,
  encodeMetadataRecord,
  encodeProgressRecord,
  encodeTorrentRecord,
  MAX_STORED_PEERS,
  type ProgressRecord,
  type TorrentRecord,
  type TorrentSummary,
} from '../../src/core/torrent-record.js';
import { ALL_NORMAL, onlyFiles } from '../../src/core/file-priorities.js';
import type { FilePriority } from '../../src/core/snapshots.js';
import { BitField } from '../../src/utils/bitfield.js';
import { readUint32, writeUint32 } from '../../src/utils/bytes.js';
import { crc32 } from '../../src/utils/crc32.js';

const record: TorrentRecord = {
  id: '0123456789abcdef0123456789abcdef01234567',
  name: 'Ünïcode 名前',
  magnet: 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567',
  root: 'default',
  desired: 'started',
  isForced: true,
  label: 'Films',
  limits: { ...NO_OWN_LIMITS, ratioLimitPercent: 150, uploadLimitBytesPerSecond: 0 },
  awaitingChoice: true,
  priorities: onlyFiles([0, 2, 300_000]),
  order: { isSequential: true, firstAndLastFirst: false },
  trackers: [['http://a.example/announce', 'http://b.example/announce'], ['udp://c.example:1']],
  peers: [
    { host: '2001:db8::1', port: 6881 },
    { host: '192.0.2.1', port: 6881, source: 'manual' },
  ],
  banned: ['192.0.2.9', '192.0.2.10|6881'],
  addedAt: 1_800_000_000_000,
  completedAt: undefined,
  removal: 'with-files',
  ownName: 'Mine',
  renaming: { name: 'new', fileIndex: 3, isUndone: true },
  published: {
    places: ['folder', 'staged', 'both', 'claimed'],
    names: new Map([[1, 'Ünïcode/b.1.txt']]),
    splits: new Map([[2, { partBytes: 64 * 1024 * 1024, stamps: [1_800_000_000_000, undefined, 0] }]]),
    claims: new Map([[3, { bytes: 5_000_000_000, modifiedMs: 1_800_000_000_000.5 }]]),
  },
  arePlacesStale: true,
  isSuperSeeding: true,
  summary: {
    totalBytes: 300,
    wantedBytes: 200,
    wantedDoneBytes: 100,
    fileCount: 3,
    isPrivate: true,
    entryName: 'Ünïcode',
    downloadedBytes: 2 ** 50,
    uploadedBytes: 1,
    wastedBytes: 0,
    activeSeconds: 5,
    seedingSeconds: 3,
    timesCompleted: 1,
  },
};

const nothing: ProgressRecord = {
  verified: undefined,
  isSettled: false,
  uploadedBytes: 0,
  downloadedBytes: 0,
  wastedBytes: 0,
  activeSeconds: 0,
  seedingSeconds: 0,
  timesCompleted: 0,
};

const text = fc.string({ unit: 'binary', maxLength: 20 });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyPriority = fc.constantFrom<FilePriority>(0, 1, 4, 7);
const anySummary: fc.Arbitrary<TorrentSummary> = fc.record({
  totalBytes: whole,
  wantedBytes: whole,
  wantedDoneBytes: whole,
  fileCount: whole,
  isPrivate: fc.boolean(),
  entryName: text,
  downloadedBytes: whole,
  uploadedBytes: whole,
  wastedBytes: whole,
  activeSeconds: whole,
  seedingSeconds: whole,
  timesCompleted: whole,
});
const anySplit = fc.record({
  partBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  stamps: fc.array(fc.option(whole, { nil: undefined })),
});
const anyPublished: fc.Arbitrary<PublishedRecord> = fc.record({
  places: fc.array(fc.constantFrom<FilePlace>('staged', 'both', 'folder', 'claimed')),
  names: fc.array(fc.tuple(whole, text)).map((entries) => new Map(entries)),
  splits: fc.array(fc.tuple(whole, anySplit)).map((entries) => new Map(entries)),
  claims: fc.array(fc.tuple(whole, fc.record({ bytes: whole, modifiedMs: whole }))).map((entries) => new Map(entries)),
});
/** Lines tell peers apart. */
const host = text.filter((any) => !any.includes('\n'));
const anyRecord: fc.Arbitrary<TorrentRecord> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{40}$/),
  name: text,
  magnet: fc.option(text, { nil: undefined }),
  root: text,
  desired: fc.constantFrom('started', 'stopped'),
  isForced: fc.boolean(),
  label: fc.option(text, { nil: undefined }),
  limits: fc.record({
    ratioLimitPercent: fc.option(whole, { nil: undefined }),
    seedingTimeLimitMinutes: fc.option(whole, { nil: undefined }),
    downloadLimitBytesPerSecond: fc.option(whole, { nil: undefined }),
    uploadLimitBytesPerSecond: fc.option(whole, { nil: undefined }),
  }),
  awaitingChoice: fc.boolean(),
  priorities: fc.record({
    rest: anyPriority,
    named: fc.array(fc.tuple(whole, anyPriority)).map((entries) => new Map(entries)),
  }),
  order: fc.record({ isSequential: fc.boolean(), firstAndLastFirst: fc.boolean() }),
  trackers: fc.array(fc.array(text)),
  peers: fc.array(
    fc.record(
      { host, port: fc.integer({ min: 1, max: 65535 }), source: fc.constantFrom('manual', 'magnet') },
      { requiredKeys: ['host', 'port'] },
    ),
  ),
  banned: fc.array(text, { maxLength: 5 }),
  addedAt: whole,
  completedAt: fc.option(whole, { nil: undefined }),
  removal: fc.constantFrom(undefined, 'with-files', 'without-files'),
  ownName: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  renaming: fc.option(
    fc.record({ name: fc.string(), fileIndex: fc.option(fc.nat(), { nil: undefined }), isUndone: fc.boolean() }),
    { nil: undefined },
  ),
  published: fc.option(anyPublished, { nil: undefined }),
  arePlacesStale: fc.boolean(),
  isSuperSeeding: fc.boolean(),
  summary: fc.option(anySummary, { nil: undefined }),
});

/** The code with which `run` fails; anything but a RecordError comes through. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RecordError) return error.code;
    throw error;
  }
  return 'none';
}

const decoders = [decodeTorrentRecord, decodeMetadataRecord, decodeProgressRecord, decodeSettings];

describe('records', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        expect(decodeTorrentRecord(encodeTorrentRecord(any))).toEqual(any);
      }),
    );
    const metadata = { info: Uint8Array.of(0, 255, 1), paths: ['a/b', 'c'], comment: 'x', createdBy: undefined };
    expect(decodeMetadataRecord(encodeMetadataRecord(metadata))).toEqual(metadata);
    expect(decodeSettings(encodeSettings(DEFAULT_SETTINGS))).toEqual(DEFAULT_SETTINGS);
  });

  it('keep which pieces are verified', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (bits) => {
        const verified = new BitField(bits.length);
        for (const [index, bit] of bits.entries()) if (bit) verified.set(index);
        const progress = { ...nothing, verified, uploadedBytes: 2 ** 50 };
        const decoded = decodeProgressRecord(encodeProgressRecord(progress));
        expect(decoded.verified?.length).toBe(bits.length);
        expect(decoded.verified?.toHex()).toBe(verified.toHex());
        expect(decoded.uploadedBytes).toBe(2 ** 50);
      }),
    );
    const early = { ...nothing, activeSeconds: 90_000, seedingSeconds: 3, timesCompleted: 2 };
    expect(decodeProgressRecord(encodeProgressRecord(early))).toEqual(early);
  });

  it('of versions that knew no limits, labels or times are read, and limits that are none are left out', () => {
    const before = {
      id: record.id,
      name: 'x',
      root: 'default',
      desired: 'started',
      trackers: [],
      peers: [],
      'added-at': 1,
    };
    const early = decodeTorrentRecord(seal(before));
    expect(early).toMatchObject({ isForced: false, isSuperSeeding: false, label: undefined, limits: NO_OWN_LIMITS });
    expect(decodeTorrentRecord(seal({ ...before, 'ratio-limit': -1, 'upload-limit': 'x' })).limits).toEqual(
      NO_OWN_LIMITS,
    );
    expect(decodeProgressRecord(seal({ uploaded: 1, downloaded: 2, wasted: 3 }))).toEqual({
      ...nothing,
      uploadedBytes: 1,
      downloadedBytes: 2,
      wastedBytes: 3,
    });
  });

  it('leave out a peer whose address would be taken for two', () => {
    const peers = [{ host: '192.0.2.1\n1 - 192.0.2.3', port: 1 }, ...record.peers];
    expect(decodeTorrentRecord(encodeTorrentRecord({ ...record, peers })).peers).toEqual(record.peers);
  });

  it('keep at most 100 peers', () => {
    const peers = Array.from({ length: 500 }, (_, index) => ({ host: '192.0.2.1', port: index + 1 }));
    expect(decodeTorrentRecord(encodeTorrentRecord({ ...record, peers })).peers).toHaveLength(MAX_STORED_PEERS);
  });

  it('hostile 48: every truncation and every flipped bit is noticed', () => {
    const whole = encodeTorrentRecord(record);
    for (let length = 0; length < whole.length; length++) {
      expect(failure(() => decodeTorrentRecord(whole.subarray(0, length)))).toBe('damaged');
    }
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(failure(() => decodeTorrentRecord(flipped))).toBe('damaged');
    }
  });

  it('hostile 48: a record of a later release is told apart from a damaged one', () => {
    const later = encodeTorrentRecord(record);
    writeUint32(later, 4, readUint32(later, 4) + 1);
    writeUint32(later, 0, crc32(later.subarray(4)));
    for (const decode of decoders) expect(failure(() => decode(later))).toBe('newer-version');
  });

  it('hostile 48: nothing but a RecordError comes out of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
        const sealed = new Uint8Array(8 + payload.length);
        sealed.set(payload, 8);
        writeUint32(sealed, 4, 2);
        writeUint32(sealed, 0, crc32(sealed.subarray(4)));
        for (const decode of decoders) expect(failure(() => decode(payload))).toBe('damaged');
        for (const decode of decoders) expect(['none', 'invalid']).toContain(failure(() => decode(sealed)));
      }),
    );
  });

  it.each([
    ['no id', { id: undefined }],
    ['an id that is no hash', { id: 'x' }],
    ['an unknown wish', { desired: 'maybe' }],
    ['a negative file index', { 'file-priorities': [4, [0, -1]] }],
    ['a file index of old that is negative', { 'file-priorities': undefined, 'wanted-files': [-1] }],
    ['an unknown priority', { 'file-priorities': [4, [3, 1]] }],
    ['no priority of the rest', { 'file-priorities': [] }],
    ['trackers that are no tiers', { trackers: ['a'] }],
    ['no peers', { peers: undefined }],
    ['a peer of old without a port', { peers: [['192.0.2.1']] }],
    ['a peer without a port', { peers: '192.0.2.1' }],
    ['a peer whose port is no number', { peers: '6881 - 192.0.2.1\nx - 192.0.2.2' }],
    ['a peer with a negative port', { peers: '-1 - 192.0.2.1' }],
    ['a negative date', { 'added-at': -1 }],
  ])('hostile 48: %s makes a record invalid', (_, fields) => {
    const good = Object.fromEntries([...unseal(encodeTorrentRecord(record))]);
    expect(failure(() => decodeTorrentRecord(seal(good)))).toBe('none');
    expect(failure(() => decodeTorrentRecord(seal({ ...good, ...fields })))).toBe('invalid');
  });

  it('hostile 49: a bitfield longer than it says, or with spare bits, makes the progress invalid', () => {
    const totals = { uploaded: 0, downloaded: 0, wasted: 0 };
    const decode = (pieces: number, verified: Uint8Array) =>
      decodeProgressRecord(seal({ ...totals, pieces, verified }));
    expect(decode(9, Uint8Array.of(0xff, 0x80)).verified?.count).toBe(9);
    expect(failure(() => decode(8, Uint8Array.of(0xff, 0x80)))).toBe('invalid');
    expect(failure(() => decode(9, Uint8Array.of(0xff, 0xc0)))).toBe('invalid');
    expect(failure(() => decode(2 ** 40, Uint8Array.of(0xff)))).toBe('invalid');
    expect(failure(() => decode(-1, Uint8Array.of()))).toBe('invalid');
  });

  it('reads what releases before priorities stored of the wanted files', () => {
    const fields = [...unseal(encodeTorrentRecord(record))].filter(([name]) => name !== 'file-priorities');
    const old = Object.fromEntries(fields);
    expect(decodeTorrentRecord(seal(old)).priorities).toEqual(ALL_NORMAL);
    expect(decodeTorrentRecord(seal({ ...old, 'wanted-files': [1, 3] })).priorities).toEqual(onlyFiles([1, 3]));
    expect(decodeTorrentRecord(seal({ ...old, 'wanted-files': [] })).priorities).toEqual(onlyFiles([]));
  });

  it('leaves settings out that it does not know or that make no sense', () => {
    const stored = seal({ maxConnections: 50, allowLocalPeers: 1, colour: 7, uploadSlots: -1, listenPort: 'x' });
    expect(decodeSettings(stored)).toEqual({ maxConnections: 50, allowLocalPeers: true });
  });

  it('uses the checksum of zip', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
