import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const CLI = join(import.meta.dirname, '../../../shared/engine/bin/jstorrent.js');
const STOP_TIMEOUT_MS = 3_000;

/** Makes a .torrent file of a file or folder. Returns its magnet link. */
export async function createTorrent(path: string, torrentFile: string, tracker: string): Promise<string> {
  const args = [CLI, 'create', path, '-o', torrentFile, '--tracker', tracker];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

/** Our engine on Node as a seeder of its own process. Resolves once it has verified everything; gives how to stop it. */
export async function startSeeder(torrentFile: string, folder: string): Promise<() => Promise<void>> {
  const args = [CLI, 'seed', torrentFile, '--from', folder, '--allow-local', '--no-dht', '--no-lsd', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  process.once('exit', () => child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if ((JSON.parse(line) as { readonly event: string }).event === 'complete') resolve();
    });
    void ended.then(() => reject(new Error('a seeder ended before it was ready')));
  });
  return async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
}
