import type { FileSystemErrorCode } from '@jstorrent/engine';

/** What the disk worker's operations throw; the code crosses to the document. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  constructor(
    readonly code: FileSystemErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** By the name of the DOMException that the origin private file system throws. */
const CODES: Readonly<Record<string, FileSystemErrorCode>> = {
  NotFoundError: 'not-found',
  TypeMismatchError: 'not-a-file',
  NotAllowedError: 'permission',
  NoModificationAllowedError: 'permission',
  QuotaExceededError: 'no-space',
  TypeError: 'invalid-path',
};

export function diskError(error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  if (!(error instanceof Error)) return new DiskError('other', String(error));
  return new DiskError(CODES[error.name] ?? 'other', error.message, { cause: error });
}
