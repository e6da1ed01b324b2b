import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const KEPT_OUTPUT_LINES = 40;
const KILL_AFTER_MS = 5_000;

const running = new Set<PeerProcess>();
process.once('exit', () => {
  for (const peer of running) peer.kill();
});

export interface PeerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Debian package that brings `command`, for the message when it is missing. */
  readonly debianPackage: string;
  /** Without it every line of stdout is kept for error messages. */
  readonly onLine?: (line: string) => void;
}

/** A folder of its own for one peer's configuration, removed when the peer stops. */
export function scratchDirectory(name: string): string {
  return mkdtempSync(join(tmpdir(), `jstorrent-${name}-`));
}

/** A child with its own process group, so that whatever it starts ends with it. Ends at the latest when this process does. */
export class PeerProcess {
  readonly pid: number;
  /** Resolves with the exit code when it has ended, null after a signal. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable };
  readonly #name: string;
  readonly #output: string[] = [];
  readonly #scratch: readonly string[];
  #isGone = false;

  /** `scratch`: folders to remove with the process. */
  constructor({ command, args, debianPackage, onLine }: PeerProcessOptions, scratch: readonly string[]) {
    this.#name = command;
    this.#scratch = scratch;
    const program = findProgram(command);
    if (program === undefined) throw new Error(`${command} is missing: install it (Debian: ${debianPackage})`);
    const child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid === undefined) throw new Error(`${command} could not be started`);
    this.pid = child.pid;
    this.#child = child;
    child.stdin.on('error', (error) => this.#keep(String(error)));
    this.exited = new Promise((resolve) => {
      // 'close' and not 'exit': by then all that it said has arrived.
      child.once('close', (code, signal) => {
        this.#isGone = true;
        this.#keep(`[exit ${code ?? signal ?? '?'}]`);
        resolve(code);
      });
    });
    createInterface(child.stdout).on('line', onLine ?? ((line) => this.#keep(line)));
    createInterface(child.stderr).on('line', (line) => this.#keep(line));
    running.add(this);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** The last lines it said, for messages. */
  get output(): string {
    return `${this.#name}: ${this.#output.join('\n  ')}`;
  }

  writeLine(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** SIGKILL to the whole group, at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** SIGTERM to the whole group, SIGKILL when that does not help. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isGone) {
      this.#signal('SIGTERM');
      await Promise.race([this.exited, delay(KILL_AFTER_MS, undefined, { ref: false })]);
      this.#signal('SIGKILL');
      await this.exited;
    }
    this.#signal('SIGKILL');
    running.delete(this);
    for (const folder of this.#scratch) rmSync(folder, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is gone: that is what was wanted.
    }
  }

  #keep(line: string): void {
    this.#output.push(line);
    if (this.#output.length > KEPT_OUTPUT_LINES) this.#output.shift();
  }
}

function findProgram(command: string): string | undefined {
  const candidates = command.includes('/')
    ? [command]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
