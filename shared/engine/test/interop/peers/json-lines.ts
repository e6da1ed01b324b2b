import { PeerProcess, type PeerProcessOptions } from './peer-process.js';

/** Making a torrent of 20 GiB took more than 60 s on a busy machine. */
const REPLY_TIMEOUT_MS = 180_000;

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A child that answers one JSON line on stdout to each JSON line `{ id, op, ...args }` on stdin. */
export class JsonLinesProcess {
  readonly process: PeerProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #nextId = 1;

  constructor(options: Omit<PeerProcessOptions, 'onLine'>, scratch: readonly string[] = []) {
    this.process = new PeerProcess({ ...options, onLine: (line) => this.#receive(line) }, scratch);
  }

  /** Asks and waits for the answer. Rejects with what the child says went wrong, or when it does not answer. */
  async ask(op: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const expire = () => reject(new Error(`no answer to ${op}\n${this.process.output}`));
        timer = setTimeout(expire, this.process.isGone ? 0 : REPLY_TIMEOUT_MS);
        this.process.writeLine(JSON.stringify({ id, op, ...args }));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #receive(line: string): void {
    const reply = JSON.parse(line) as Reply;
    const waiting = this.#waiting.get(reply.id);
    if (reply.error === undefined) waiting?.resolve(reply.result);
    else waiting?.reject(new Error(reply.error));
  }
}
