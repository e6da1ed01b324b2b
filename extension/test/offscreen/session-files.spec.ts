import { RecordError } from '@jstorrent/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { SessionFiles } from '../../src/offscreen/session-files.js';
import {
  type HostSettings,
  type ImportedTorrent,
  MAX_SESSION_FILE_BYTES,
  SESSION_PART_BYTES,
} from '../../src/rpc/types.js';
import '../base64.js';

const OUTCOME: readonly ImportedTorrent[] = [{ torrent: { id: 'a', name: 'A' }, outcome: 'added' }];
const SETTINGS: HostSettings = {
  useFastLane: false,
  defaultRoot: 'default',
  keepAwake: false,
  keepRunning: false,
  notify: false,
  badge: 'percent',
};

let session: Uint8Array;
let taken: Uint8Array[];
let host: Uint8Array | undefined;
let offered: unknown[];
let files: SessionFiles;

beforeEach(() => {
  session = new Uint8Array(SESSION_PART_BYTES + 5).fill(7);
  taken = [];
  host = undefined;
  offered = [];
  files = new SessionFiles({
    transfer: {
      export: (extras) => {
        host = extras?.host;
        return Promise.resolve(session);
      },
      import: (file) => {
        taken.push(file);
        return file[0] === 0
          ? Promise.reject(new RecordError('newer-version', 'version 9'))
          : Promise.resolve({ torrents: OUTCOME, settings: ['uploadSlots'], host });
      },
    },
    settings: () => SETTINGS,
    takeSettings: (settings) => {
      offered.push(settings);
      return Promise.resolve(settings === undefined ? [] : ['badge']);
    },
  });
});

describe('an exported session', () => {
  it('goes out in parts of one and the same export', async () => {
    const first = await files.export({ position: 0 });
    session = new Uint8Array(3);
    const second = await files.export({ position: SESSION_PART_BYTES });
    expect([first.totalBytes, second.totalBytes]).toEqual([SESSION_PART_BYTES + 5, SESSION_PART_BYTES + 5]);
    expect(second.data).toBe(new Uint8Array(5).fill(7).toBase64());
    await expect(files.export({ position: SESSION_PART_BYTES })).rejects.toMatchObject({ code: 'session-interrupted' });
  });

  it('comes in in parts, and is taken once it is whole', async () => {
    const part = (position: number, bytes: number[]) =>
      files.import({ position, totalBytes: 5, data: Uint8Array.from(bytes).toBase64() });
    expect(await part(0, [1, 2, 3])).toBeNull();
    expect(taken).toEqual([]);
    expect(await part(3, [4, 5])).toEqual({ torrents: OUTCOME, settings: ['uploadSlots'] });
    expect(taken).toEqual([Uint8Array.of(1, 2, 3, 4, 5)]);
  });

  it('has the settings of the host and how the list looks in it', async () => {
    await files.export({ position: 0, look: 'compact' });
    const taken = await files.import({ position: 0, totalBytes: 1, data: Uint8Array.of(1).toBase64() });
    expect(taken).toEqual({ torrents: OUTCOME, settings: ['uploadSlots', 'badge'], look: 'compact' });
    expect(offered).toEqual([SETTINGS]);
  });

  it('hostile 48: with something else in their place is taken without them', async () => {
    for (const bad of ['', '{', 'null', '7', '{"look":7}', `{"look":"${'x'.repeat(70_000)}"}`]) {
      host = new TextEncoder().encode(bad);
      const taken = await files.import({ position: 0, totalBytes: 1, data: Uint8Array.of(1).toBase64() });
      expect(taken).toEqual({ torrents: OUTCOME, settings: ['uploadSlots'] });
    }
    expect(new Set(offered)).toEqual(new Set([undefined]));
  });

  it('whose parts do not follow one another, or are more than they should be, is given up', async () => {
    const data = new Uint8Array(3).toBase64();
    for (const wrong of [
      { position: 3, totalBytes: 5, data },
      { position: 2, totalBytes: 6, data },
      { position: 2, totalBytes: 4, data },
    ]) {
      await files.import({ position: 0, totalBytes: 6, data: new Uint8Array(2).toBase64() });
      if (wrong.totalBytes === 6) {
        expect(await files.import(wrong)).toBeNull();
        continue;
      }
      await expect(files.import(wrong)).rejects.toMatchObject({ code: 'session-interrupted' });
      await expect(files.import({ position: 2, totalBytes: 6, data })).rejects.toMatchObject({
        code: 'session-interrupted',
      });
    }
    expect(taken).toEqual([]);
  });

  it('that is too large, or of a later release, is refused as such', async () => {
    const tooLarge = { position: 0, totalBytes: MAX_SESSION_FILE_BYTES + 1, data: '' };
    await expect(files.import(tooLarge)).rejects.toMatchObject({ code: 'session-too-large' });
    const later = { position: 0, totalBytes: 1, data: Uint8Array.of(0).toBase64() };
    await expect(files.import(later)).rejects.toMatchObject({ code: 'session-newer' });
  });
});
