import { basename, dirname, resolve } from 'node:path';
import { FileSystemError } from '../../interfaces/filesystem.js';
import { formatMagnet } from '../../protocol/magnet.js';
import { parseOne } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { createTorrent } from '../create-torrent.js';
import { formatBytes } from '../text.js';

export const create: Command = {
  usage: 'create PATH -o FILE [--tracker URL]...',
  run: async (host, args) => {
    const { values, positional } = parseOne(
      args,
      { output: { type: 'string', short: 'o' }, tracker: { type: 'string', multiple: true, default: [] } },
      'file or folder',
    );
    if (values.output === undefined) throw new CliError('usage', '-o FILE is missing');
    const path = resolve(positional);
    const name = basename(path);
    const { info, metainfo } = await createTorrent({
      folder: host.openFolder(dirname(path)),
      name,
      hasher: host.hasher,
      trackers: values.tracker,
      creationDate: Math.floor(host.clock.wallTime() / 1000),
      onProgress: (doneBytes, totalBytes) => {
        if (host.stderr.isTerminal) {
          host.stderr.write(`\r\u001b[KHashing ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
          if (doneBytes === totalBytes) host.stderr.write('\n');
        }
      },
    });
    await writeFile(host.openFolder(dirname(resolve(values.output))), basename(values.output), metainfo);
    const { digest: infoHash } = await host.hasher.sha1(info);
    host.stdout.write(`${formatMagnet({ infoHash, name, trackers: values.tracker })}\n`);
  },
};

async function writeFile(folder: Parameters<typeof createTorrent>[0]['folder'], name: string, data: Uint8Array) {
  try {
    const handle = await folder.open(name, 'write');
    try {
      await handle.truncate(0);
      await handle.write(0, data);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof FileSystemError)) throw error;
    throw new CliError('failed', `${name}: ${error.message}`, { cause: error });
  }
}
