import type { IClock } from '@jstorrent/engine';
import type { RpcModel } from './model.js';
import type { RpcPort } from './port.js';
import { RpcError } from './rpc-error.js';
import type { Method, Params, Result } from './types.js';
import { ViewSession } from './view-session.js';

export type RpcHandlers = {
  readonly [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>>;
};

export interface RpcServerOptions {
  readonly clock: IClock;
  readonly model: RpcModel;
  readonly handlers: RpcHandlers;
}

/**
 * The engine host's end of all views. It is told only that something changed; what it is, it reads from the model when a delta is due,
 * at most every 500 ms a view and only for views that subscribed. While nothing changes it does nothing.
 */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #sessions = new Set<ViewSession>();

  constructor(options: RpcServerOptions) {
    this.#options = options;
  }

  /** Serves a view until its port closes. */
  attach(port: RpcPort): void {
    const session = new ViewSession({
      port,
      clock: this.#options.clock,
      model: this.#options.model,
      dispatch: (method, params) => this.#dispatch(method, params),
      onClose: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
  }

  /** Some view is in sight: what happens is seen there. */
  get isWatched(): boolean {
    return [...this.#sessions].some(({ isInSight }) => isInSight);
  }

  /** A torrent was added, changed or removed. Cheap: call it as often as it happens. */
  torrentChanged(torrentId: string): void {
    for (const session of this.#sessions) session.torrentChanged(torrentId);
  }

  /** Something of {@link HostStatus} changed. */
  statusChanged(): void {
    for (const session of this.#sessions) session.statusChanged();
  }

  /** Closes the ports of all views. */
  close(): void {
    for (const session of this.#sessions) session.close();
    this.#sessions.clear();
  }

  async #dispatch(method: string, params: unknown): Promise<unknown> {
    if (!Object.hasOwn(this.#options.handlers, method)) throw new RpcError('unknown-method', `No method ${method}`);
    const handler = this.#options.handlers[method as Method] as (params: unknown) => unknown;
    return await handler(params);
  }
}
