import { describe, expect, it } from 'vitest';
import { placeFiles } from '../../src/core/file-placement.js';
import { encode } from '../../src/protocol/bencode-encoder.js';

/** The info dictionary of a torrent of one file. */
const infoNamed = (name: string) => encode({ length: 1, name, 'piece length': 16_384, pieces: new Uint8Array(20) });

const placed = (name: string, takenNames: readonly string[]) =>
  placeFiles(infoNamed(name), takenNames, { maxBytes: 1024 }).paths;

describe('placeFiles', () => {
  it('keeps the name of the torrent where no other has it', () => {
    expect(placed('film.mkv', ['other.mkv'])).toEqual(['film.mkv']);
  });

  it.each([
    ['the same', 'film.mkv'],
    ['one that differs in case', 'FILM.mkv'],
  ])('hostile 17: gives it another name beside %s', (_, taken) => {
    expect(placed('film.mkv', [taken])).toEqual(['film.1.mkv']);
  });

  it('hostile 17: takes names for the same that a file system takes for the same: written in another way, or with other letters', () => {
    expect(placed('caf\u00e9.mkv', ['cafe\u0301.mkv'])).toEqual(['caf\u00e9.1.mkv']);
    expect(placed('stra\u00dfe.mkv', ['STRASSE.mkv'])).toEqual(['stra\u00dfe.1.mkv']);
  });

  it('keeps away from the folder of the client', () => {
    expect(placed('.JSTorrent', [])).toEqual(['.JSTorrent.1']);
  });
});
