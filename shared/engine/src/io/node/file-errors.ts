import { FileSystemError, type FileSystemErrorCode } from '../../interfaces/filesystem.js';

const codes: Readonly<Record<string, FileSystemErrorCode>> = {
  ENOENT: 'not-found',
  EEXIST: 'exists',
  ENOTEMPTY: 'exists',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EFBIG: 'no-space',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  EBADF: 'permission',
  EBUSY: 'locked',
  ETXTBSY: 'locked',
  ENAMETOOLONG: 'invalid-path',
  EINVAL: 'invalid-path',
  EISDIR: 'not-a-file',
  ENOTDIR: 'not-a-file',
};

/** Node's code of an error, '' when it has none. */
export function errorCode(error: unknown): string {
  return (error as Partial<NodeJS.ErrnoException>).code ?? '';
}

/** The typed error for one of Node's. */
export function toFileSystemError(error: unknown, path: string): FileSystemError {
  if (error instanceof FileSystemError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new FileSystemError(codes[errorCode(error)] ?? 'other', path, message, { cause: error });
}
