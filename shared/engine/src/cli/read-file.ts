import { basename, dirname, resolve } from 'node:path';
import { FileSystemError } from '../interfaces/filesystem.js';
import { CliError } from './cli-error.js';
import type { CliHost } from './host.js';

/** All bytes of a file that the user named. Throws {@link CliError}. */
export async function readUserFile(
  host: Pick<CliHost, 'openFolder'>,
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Uint8Array> {
  const folder = host.openFolder(dirname(resolve(path)));
  const name = basename(resolve(path));
  try {
    const stat = await folder.stat(name);
    if (!stat) throw new CliError('failed', `${path}: no such file`);
    if (stat.isDirectory) throw new CliError('failed', `${path} is a folder`);
    if (stat.size > maxBytes) throw new CliError('failed', `${path} is over ${maxBytes} bytes`);
    const handle = await folder.open(name, 'read');
    try {
      const { buffer, bytesRead } = await handle.read(0, new Uint8Array(stat.size));
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof FileSystemError)) throw error;
    throw new CliError('failed', `${path}: ${error.message}`, { cause: error });
  }
}
