import { canonicalHost } from '../core/address-policy.js';
import type { SharedUdpPort } from '../core/udp-port.js';
import type { IClock } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import { TrackerError } from '../interfaces/tracker.js';
import { encodeUdpConnect, type UdpTrackerAction, type UdpTrackerHeader } from '../protocol/udp-tracker.js';
import { networkFailure } from './network-failure.js';
import { RETRANSMIT_AFTER_MS, type UdpReplyTo, type UdpTransactions } from './udp-transactions.js';

/** How long a tracker honours a connection id (BEP 15: a client may use one for a minute). */
const CONNECTION_ID_LIFE_MS = 60_000;
/** A request is begun only with an id that outlives its retransmission. */
const CONNECTION_ID_USE_MS = CONNECTION_ID_LIFE_MS - RETRANSMIT_AFTER_MS[0];
const MAX_CONNECTIONS = 256;

interface Connection {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** Who gave the id: of a name with several addresses, the one that knows us. An IP literal. */
  readonly endpoint: Endpoint;
  readonly usableUntil: number;
}

/** A tracker by one of its address families. */
export interface UdpTrackerTarget {
  /** IP literal or name. */
  readonly endpoint: Endpoint;
  /** Undefined for an IP literal. */
  readonly family: 4 | 6 | undefined;
  /** Its path is a tracker's, so it may stand on this machine or its LAN. */
  readonly isAnnounce: boolean;
}

interface TrackerRequest<Action extends UdpTrackerAction> {
  readonly action: Action;
  readonly tracker: UdpTrackerTarget;
  readonly encode: (header: UdpTrackerHeader) => Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

interface UdpConnectionsOptions {
  readonly transactions: UdpTransactions;
  readonly clock: IClock;
  readonly resolve: SharedUdpPort['resolve'];
}

/** Connection ids by tracker and address family (BEP 15), shared by all torrents, and requests that need one. */
export class UdpConnections {
  readonly #transactions: UdpTransactions;
  readonly #resolve: UdpConnectionsOptions['resolve'];
  readonly #clock: IClock;
  /** Oldest first. */
  readonly #connections = new Map<string, Connection>();
  readonly #connecting = new Map<string, Promise<Connection>>();
  /** How many addresses of a name were asked in vain since one answered. Oldest first. */
  readonly #inVain = new Map<string, number>();

  constructor(options: UdpConnectionsOptions) {
    this.#transactions = options.transactions;
    this.#resolve = options.resolve;
    this.#clock = options.clock;
  }

  /** Connects where necessary, and once more when the tracker refuses an id that another request was given. Rejects with {@link TrackerError}. */
  async request<Action extends UdpTrackerAction>(request: TrackerRequest<Action>): Promise<UdpReplyTo<Action>> {
    const key = keyOf(request.tracker);
    const kept = this.#usable(key);
    const connection = kept ?? (await this.#connect(request, key));
    try {
      return await this.#send(request, connection);
    } catch (error) {
      const code = error instanceof TrackerError ? error.code : undefined;
      if (code !== 'failure-reason' && code !== 'timeout') throw error;
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
      if (!kept || code === 'timeout') throw error;
      return this.#send(request, await this.#connect(request, key));
    }
  }

  /** Where requests to `tracker` go: of a name, the address that answered last. */
  whereIs(tracker: UdpTrackerTarget): Endpoint {
    return this.#connections.get(keyOf(tracker))?.endpoint ?? tracker.endpoint;
  }

  async #send<Action extends UdpTrackerAction>(
    { action, encode, signal }: TrackerRequest<Action>,
    { id, endpoint }: Connection,
  ): Promise<UdpReplyTo<Action>> {
    const { reply } = await this.#transactions.request({
      action,
      to: [endpoint],
      encode: (transactionId) => encode({ connectionId: id, transactionId }),
      signal,
    });
    return reply;
  }

  #usable(key: string): Connection | undefined {
    const connection = this.#connections.get(key);
    return connection && connection.usableUntil > this.#clock.now() ? connection : undefined;
  }

  /** One exchange for everybody who asks meanwhile; who gives up does not end it. */
  #connect<Action extends UdpTrackerAction>(
    { tracker, signal }: TrackerRequest<Action>,
    key: string,
  ): Promise<Connection> {
    let connecting = this.#connecting.get(key);
    if (!connecting) {
      connecting = this.#open(tracker, key).finally(() => this.#connecting.delete(key));
      this.#connecting.set(key, connecting);
    }
    return unlessAborted(connecting, signal);
  }

  async #open(tracker: UdpTrackerTarget, key: string): Promise<Connection> {
    const to = await this.#locate(tracker, key);
    const { reply, from } = await this.#transactions
      .request({ action: 'connect', to, encode: encodeUdpConnect })
      .catch((error: unknown) => {
        if (error instanceof TrackerError && error.code === 'timeout') this.#wasInVain(key);
        throw error;
      });
    this.#inVain.delete(key);
    const usableUntil = this.#clock.now() + CONNECTION_ID_USE_MS;
    const connection = { id: reply.connectionId, endpoint: from, usableUntil };
    setNewest(this.#connections, key, connection);
    return connection;
  }

  /** The next attempt begins where this one ended. */
  #wasInVain(key: string): void {
    setNewest(this.#inVain, key, (this.#inVain.get(key) ?? 0) + RETRANSMIT_AFTER_MS.length);
  }

  /**
   * What a name stands for now, first the address that answered last, or those that have not been asked since; and whether it may be asked
   * at all.
   */
  async #locate(tracker: UdpTrackerTarget, key: string): Promise<readonly [Endpoint, ...Endpoint[]]> {
    const { endpoint, family, isAnnounce } = tracker;
    try {
      const addresses = await this.#resolve(endpoint.host, { family, isAnnounce });
      const { host: last } = this.whereIs(tracker);
      const isLast = (address: string) => canonicalHost(address) === canonicalHost(last);
      const inOrder = addresses.toSorted((a, b) => Number(isLast(b)) - Number(isLast(a)));
      const asked = (this.#inVain.get(key) ?? 0) % Math.max(1, inOrder.length);
      const [first = endpoint.host, ...others] = [...inOrder.slice(asked), ...inOrder.slice(0, asked)];
      const at = (host: string): Endpoint => ({ host, port: endpoint.port });
      return [at(first), ...others.map(at)];
    } catch (error) {
      throw networkFailure(error);
    }
  }
}

/** The oldest makes room. */
function setNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_CONNECTIONS) map.delete([...map.keys()][0] as string);
}

function keyOf({ endpoint: { host, port }, family, isAnnounce }: UdpTrackerTarget): string {
  return `${canonicalHost(host)} ${port} ${family} ${isAnnounce}`;
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new TrackerError('aborted', 'The announce was given up'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
