import { describe, expect, it } from 'vitest';
import { FileTooShortError } from '../../src/core/disk-manager.js';
import { TooManyDuplicatesError } from '../../src/core/path-sanitizer.js';
import { RootMissingError } from '../../src/core/download-roots.js';
import { problemOf } from '../../src/core/problem.js';
import { FileSystemError, type FileSystemErrorCode } from '../../src/interfaces/filesystem.js';
import { MetainfoError } from '../../src/protocol/metainfo-error.js';

describe('what stopped a torrent', () => {
  it.each<[FileSystemErrorCode, string]>([
    ['no-space', 'disk-full'],
    ['permission', 'disk-permission'],
    ['locked', 'file-locked'],
    ['not-found', 'files-changed'],
    ['not-a-file', 'disk-error'],
    ['other', 'disk-error'],
  ])('hostile 50: the disk says %s: %s', (code, problem) => {
    expect(problemOf(new FileSystemError(code, 'a', 'words')).code).toBe(problem);
  });

  it('knows changed files, bad metadata, missing roots, and admits the rest', () => {
    const codeOf = (error: unknown) => problemOf(error).code;
    expect(codeOf(new FileTooShortError('a'))).toBe('files-changed');
    expect(codeOf(new TooManyDuplicatesError('a'))).toBe('metadata-invalid');
    expect(codeOf(new MetainfoError('bad-piece-length', 'a'))).toBe('metadata-invalid');
    expect(codeOf(new RootMissingError('a'))).toBe('root-missing');
    expect(problemOf('words')).toEqual({ code: 'internal', message: 'words' });
  });
});
