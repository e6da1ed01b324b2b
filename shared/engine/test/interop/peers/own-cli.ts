import { fileURLToPath } from 'node:url';
import type { LanHost } from './lan.js';
import { PeerProcess } from './peer-process.js';
import type { PeerEndpoint } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const BIN = fileURLToPath(new URL('../../../bin/jstorrent.js', import.meta.url));
const LISTEN_TIMEOUT_MS = 60_000;

type CliEvent =
  | { readonly event: 'listening'; readonly port: number }
  | {
      readonly event: 'progress' | 'complete';
      readonly torrent: { readonly id: string; readonly wastedBytes: number; readonly downloadedBytes: number };
    };

/** Our own `jstorrent` as a process of its own, as built. `download` and `seed` run with `--json`. */
export class OwnCli {
  readonly #process: PeerProcess;
  readonly #events: CliEvent[] = [];
  readonly #address: string;

  private constructor(args: readonly string[], host?: LanHost) {
    this.#address = host?.address ?? '127.0.0.1';
    const command = { command: process.execPath, args: [BIN, ...args, '--json'], debianPackage: 'nodejs' };
    this.#process = new PeerProcess(
      {
        ...(host?.namespace.inside(command) ?? command),
        onLine: (line) => this.#events.push(JSON.parse(line) as CliEvent),
      },
      [],
    );
  }

  /** Without the ways of finding peers that would leave this machine. */
  static start(command: 'download' | 'seed', ...args: readonly string[]): OwnCli {
    return new OwnCli([command, ...args, '--no-dht', '--no-lsd']);
  }

  /** As a host of a LAN, where it may look for others. */
  static startOn(host: LanHost, command: 'download' | 'seed', ...args: readonly string[]): OwnCli {
    return new OwnCli([command, ...args, '--no-dht'], host);
  }

  /** Runs a command that ends by itself and returns what it printed. Rejects unless it exits with 0. */
  static async run(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    const command = { command: process.execPath, args: [BIN, ...args], debianPackage: 'nodejs' };
    const child = new PeerProcess({ ...command, onLine: (line) => lines.push(line) }, []);
    const code = await child.exited;
    if (code !== 0) throw new Error(`jstorrent ${args.join(' ')} exited with ${code ?? 'a signal'}\n${child.output}`);
    return lines.join('\n');
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What it said on standard error, with the exit code. */
  get output(): string {
    return this.#process.output;
  }

  /** Where peers reach it. */
  async endpoint(): Promise<PeerEndpoint> {
    const listening = await this.#waitFor('listening', LISTEN_TIMEOUT_MS);
    return { host: this.#address, port: (listening as CliEvent & { readonly event: 'listening' }).port };
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    await this.#waitFor('complete', timeoutMs);
  }

  /** Payload bytes that arrived and those that were thrown away, of the last report. */
  get received(): { readonly downloadedBytes: number; readonly wastedBytes: number } {
    const last = this.#events.findLast((event) => 'torrent' in event);
    if (!last || !('torrent' in last)) throw new Error('nothing was reported yet');
    return last.torrent;
  }

  /** The exit code, once it ends by itself. */
  async exit({ timeoutMs }: { readonly timeoutMs: number }): Promise<number | null> {
    const details = () => `${JSON.stringify(this.#events.at(-1))}\n${this.output}`;
    await waitUntil(() => this.#process.isGone, { timeoutMs, what: 'jstorrent ends', details });
    return this.#process.exited;
  }

  interrupt(): void {
    process.kill(this.pid, 'SIGINT');
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  #waitFor(name: CliEvent['event'], timeoutMs: number): Promise<CliEvent> {
    const probe = () => {
      const event = this.#events.find((candidate) => candidate.event === name);
      if (!event && this.#process.isGone) throw new Error(`jstorrent ended before '${name}'\n${this.output}`);
      return event;
    };
    const details = () => `${JSON.stringify(this.#events.at(-1))}\n${this.output}`;
    return waitUntil(probe, { timeoutMs, what: `jstorrent says '${name}'`, details });
  }
}
