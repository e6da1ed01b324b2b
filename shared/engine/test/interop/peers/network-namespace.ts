import { fileURLToPath } from 'node:url';
import { JsonLinesProcess } from './json-lines.js';
import { PeerProcess, type PeerProcessOptions } from './peer-process.js';
import { waitUntil } from './wait-until.js';

const FETCH_SCRIPT = fileURLToPath(new URL('fetch-child.mjs', import.meta.url));
const START_TIMEOUT_MS = 15_000;
/** `ip` stands where the path of a user may not lead. */
const SYSTEM_PATH = 'PATH="$PATH:/usr/sbin:/sbin"';

type Command = Pick<PeerProcessOptions, 'command' | 'args' | 'debianPackage'>;

interface FetchReply {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: string;
}

/**
 * A network of its own on this machine (Linux), with nothing in it but a loopback interface that is down: whatever runs in it reaches
 * nobody until {@link configure} says how. It is gone with its last process, at the latest when this process ends.
 */
export class NetworkNamespace {
  /** Keeps the namespace, until its standard input ends. */
  readonly #holder: PeerProcess;
  #fetcher: JsonLinesProcess | undefined;

  private constructor(holder: PeerProcess) {
    this.#holder = holder;
  }

  /**
   * Rejects where the system does not let this user have one. `owner`: a namespace whose administrator can configure this one as well;
   * without one, this process must be root's or may make user namespaces.
   */
  static async create(owner?: NetworkNamespace): Promise<NetworkNamespace> {
    const user = owner || isRoot() ? [] : ['--user', '--map-root-user'];
    const hold = {
      command: 'unshare',
      args: [...user, '--net', 'sh', '-c', 'echo ready; exec cat'],
      debianPackage: 'util-linux',
    };
    const said: string[] = [];
    const holder = new PeerProcess({ ...(owner?.inside(hold) ?? hold), onLine: (line) => said.push(line) }, []);
    await waitUntil(() => said.length > 0 || holder.isGone, {
      timeoutMs: START_TIMEOUT_MS,
      what: 'a network namespace',
    });
    if (said.length === 0) {
      throw new Error(
        `This test needs a network namespace: run it as root, or let users make user namespaces.\n${holder.output}`,
      );
    }
    return new NetworkNamespace(holder);
  }

  /** A process of the namespace, by which the kernel's tools name it. */
  get pid(): number {
    return this.#holder.pid;
  }

  /** The command that runs `command` in here. */
  inside({ command, args, debianPackage }: Command): Command {
    const flags = isRoot() ? ['--net'] : ['--user', '--net'];
    return { command: 'nsenter', args: ['--target', String(this.pid), ...flags, command, ...args], debianPackage };
  }

  /** Runs a shell script in here, as the administrator of this network. Rejects when a line of it fails. */
  async configure(script: string): Promise<void> {
    const shell = { command: 'sh', args: ['-e', '-c', `${SYSTEM_PATH}\n${script}`], debianPackage: 'iproute2' };
    const run = new PeerProcess(this.inside(shell), []);
    const code = await run.exited;
    if (code !== 0) throw new Error(`The network of this test cannot be set up.\n${script}\n${run.output}`);
  }

  /** `fetch` as a program in here has it. */
  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', headers = {}, body = null } = init;
    this.#fetcher ??= new JsonLinesProcess(
      this.inside({ command: process.execPath, args: [FETCH_SCRIPT], debianPackage: 'nodejs' }),
    );
    const reply = (await this.#fetcher.ask('fetch', { url, init: { method, headers, body } })) as FetchReply;
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  };

  async stop(): Promise<void> {
    await this.#fetcher?.process.stop();
    await this.#holder.stop();
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;
