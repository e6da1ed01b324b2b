import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scratch } from '../scratch.js';

const SCRIPT = fileURLToPath(new URL('session-child.mjs', import.meta.url));
const run = promisify(execFile);

/** Figures of one attempt. */
export interface SessionFigures {
  readonly seconds?: number;
  readonly bytes?: number;
  readonly cpuShare?: number;
}

/** Runs one task in a process of its own. */
export async function sessionTask(args: readonly string[]): Promise<SessionFigures> {
  const { stdout } = await run(process.execPath, ['--expose-gc', SCRIPT, ...args]);
  return JSON.parse(stdout) as SessionFigures;
}

/** A folder with sessions of so many complete torrents, `started`, `stopped` and `empty`, and their data in `files`. */
export async function makeSession(scratch: Scratch, torrents: number): Promise<string> {
  const folder = await scratch.folder('session');
  await sessionTask(['make-session', folder, String(torrents)]);
  return folder;
}
