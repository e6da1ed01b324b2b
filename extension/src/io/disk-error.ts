import type { FileSystemErrorCode } from '@jstorrent/engine';

/** What operations on the browser's files throw; from the disk worker the code crosses to the document. */
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

/** By the name of the DOMException that the browser throws for its own files and for the user's. */
const CODES: Readonly<Record<string, FileSystemErrorCode>> = {
  NotFoundError: 'not-found',
  TypeMismatchError: 'not-a-file',
  NotAllowedError: 'permission',
  NoModificationAllowedError: 'locked',
  // It changed since it was opened: what was there is gone.
  NotReadableError: 'not-found',
  QuotaExceededError: 'no-space',
  TypeError: 'invalid-path',
};

export function diskError(error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  if (!(error instanceof Error)) return new DiskError('other', String(error));
  return new DiskError(CODES[error.name] ?? 'other', error.message, { cause: error });
}
