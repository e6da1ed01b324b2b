/**
 * Requests and answers between a document and one of its workers. `Calls` maps an operation's name to its function type; buffers listed
 * beside a request or an answer are transferred, never copied.
 */
type Calls<C> = { readonly [Name in keyof C]: (argument: never) => unknown };

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Answer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: CallFailure };

/** An operation failed in the worker. `code` is the worker's own; each adapter makes its interface's error of it. */
export class WorkerCallError extends Error {
  override readonly name = 'WorkerCallError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: WorkerCallError): void;
}

/** The document's end. Answers may come in any order. */
export class WorkerCaller<C extends Calls<C>> {
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor(private readonly worker: Worker) {
    worker.onmessage = (event: MessageEvent<Answer>) => this.#settle(event.data);
    worker.onerror = (event) => this.#failAll(event.message);
  }

  call<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    transfer: readonly Transferable[] = [],
  ): Promise<Awaited<ReturnType<C[Name]>>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve, reject });
      this.worker.postMessage({ id, name, argument } satisfies Request, [...transfer]);
    });
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) pending?.reject(new WorkerCallError(answer.error.code, answer.error.message));
    else pending?.resolve(answer.result);
  }

  #failAll(message: string): void {
    for (const pending of this.#pending.values()) pending.reject(new WorkerCallError('other', message));
    this.#pending.clear();
  }
}

/** What an operation answers with when buffers have to travel along. */
export class Transferring<T> {
  constructor(
    readonly result: T,
    readonly buffers: readonly Transferable[],
  ) {}
}

type Served<Call> = Call extends (argument: infer A) => infer R
  ? (argument: A) => Awaited<R> | Transferring<Awaited<R>> | Promise<Awaited<R> | Transferring<Awaited<R>>>
  : never;

/** What crosses to the document when an operation fails. */
export interface CallFailure {
  readonly code: string;
  readonly message: string;
}

/** The worker's end: answers every request from `table`; `describe` says what crosses when an operation throws. */
export function serveCalls<C extends Calls<C>>(
  scope: DedicatedWorkerScope,
  table: { readonly [Name in keyof C]: Served<C[Name]> },
  describe: (error: unknown) => CallFailure,
): void {
  const operations = table as Readonly<Record<string, (argument: unknown) => unknown>>;
  const answer = async ({ id, name, argument }: Request): Promise<void> => {
    try {
      const outcome: unknown = await operations[name]?.(argument);
      const { result, buffers } = outcome instanceof Transferring ? (outcome as Transferring<unknown>) : plain(outcome);
      scope.postMessage({ id, result } satisfies Answer, [...buffers]);
    } catch (error) {
      const { code, message } = describe(error);
      scope.postMessage({ id, error: { code, message } } satisfies Answer, []);
    }
  };
  scope.onmessage = (event) => void answer(event.data as Request);
}

function plain(result: unknown): Transferring<unknown> {
  return new Transferring(result, []);
}
