import { canonicalHost } from '../core/address-policy.js';
import type { SharedUdpPort } from '../core/udp-port.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { TrackerError } from '../interfaces/tracker.js';
import {
  parseUdpReply,
  readUdpTransactionId,
  type UdpTrackerAction,
  UdpTrackerProtocolError,
  type UdpTrackerReply,
} from '../protocol/udp-tracker.js';
import { parseIp } from '../utils/ip-address.js';
import { shortened } from './reply-bounds.js';

/** BEP 15's 15 s x 2^n, as often as a request is sent before its tracker counts as dead. */
export const RETRANSMIT_AFTER_MS = [15_000, 30_000] as const;
/** Requests whose reply is awaited, over all torrents: a thousand by IPv4 and as many by IPv6. */
const MAX_PENDING = 2048;

interface UdpRequest<Action extends UdpTrackerAction> {
  readonly action: Action;
  /** IP literals of one tracker: what the first does not answer goes to the next one. */
  readonly to: readonly [Endpoint, ...Endpoint[]];
  readonly encode: (transactionId: number) => Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export type UdpReplyTo<Action extends UdpTrackerAction> = Extract<UdpTrackerReply, { action: Action }>;

export interface UdpAnswer<Action extends UdpTrackerAction> {
  readonly reply: UdpReplyTo<Action>;
  /** Which of those that were asked. */
  readonly from: Endpoint;
}

interface Pending {
  /** Those that were asked so far. */
  readonly asked: Endpoint[];
  answer(reply: UdpTrackerReply, from: Endpoint): void;
  fail(error: TrackerError): void;
}

/**
 * Requests to UDP trackers and their replies on the shared port, for all torrents. A reply counts when it has the transaction id of a
 * request and comes from whom it was sent to.
 */
export class UdpTransactions {
  readonly #udp: SharedUdpPort;
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #pending = new Map<number, Pending>();

  constructor(options: { readonly udp: SharedUdpPort; readonly clock: IClock; readonly random: IRandom }) {
    this.#udp = options.udp;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#udp.on('trackerReply', (data, from) => this.#receive(data, from));
    this.#udp.on('closed', () => {
      for (const pending of [...this.#pending.values()]) pending.fail(aborted());
    });
  }

  /** Sends until it is answered, twice at most. Rejects with a {@link TrackerError}: `failure-reason` with the tracker's own text. */
  request<Action extends UdpTrackerAction>(request: UdpRequest<Action>): Promise<UdpAnswer<Action>> {
    const { action, to, signal } = request;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(aborted());
        return;
      }
      if (this.#pending.size >= MAX_PENDING) {
        reject(new TrackerError('busy', 'Too many trackers are being asked at once'));
        return;
      }
      const transactionId = this.#freeId();
      const datagram = request.encode(transactionId);
      const asked: Endpoint[] = [];
      let timer: ITimer | undefined;
      const settle = (finish: () => void) => {
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(transactionId);
        finish();
      };
      const fail = (error: TrackerError) => settle(() => reject(error));
      const onAbort = () => fail(aborted());
      const send = (tries: number) => {
        const waitMs = RETRANSMIT_AFTER_MS[tries];
        if (waitMs === undefined) {
          fail(new TrackerError('timeout', 'The tracker does not answer'));
          return;
        }
        const next = to[tries % to.length] ?? to[0];
        asked.push(next);
        if (!this.#udp.send(datagram, next)) fail(new TrackerError('network', 'No UDP port is open'));
        else timer = this.#clock.setTimer(waitMs, () => send(tries + 1));
      };
      const answer = (reply: UdpTrackerReply, from: Endpoint) => {
        if (isReplyTo(action, reply)) settle(() => resolve({ reply, from }));
        else if (reply.action === 'error') fail(new TrackerError('failure-reason', shortened(reply.message)));
        else fail(new TrackerError('bad-response', `The tracker answered ${reply.action} when asked to ${action}`));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(transactionId, { asked, answer, fail });
      send(0);
    });
  }

  #receive(data: Uint8Array, from: Endpoint): void {
    const transactionId = readUdpTransactionId(data);
    const pending = transactionId === undefined ? undefined : this.#pending.get(transactionId);
    if (!pending?.asked.some((endpoint) => isSame(from, endpoint))) return;
    try {
      pending.answer(parseUdpReply(data, { isIpv6: parseIp(from.host)?.length === 16 }), from);
    } catch (error) {
      if (!(error instanceof UdpTrackerProtocolError)) throw error;
      pending.fail(new TrackerError('bad-response', 'The reply is not that of a tracker', { cause: error }));
    }
  }

  #freeId(): number {
    let id: number;
    do id = this.#random.integer(2 ** 32);
    while (this.#pending.has(id));
    return id;
  }
}

function isReplyTo<Action extends UdpTrackerAction>(
  action: Action,
  reply: UdpTrackerReply,
): reply is UdpReplyTo<Action> {
  return reply.action === action;
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.port === other.port && canonicalHost(one.host) === canonicalHost(other.host);
}

function aborted(): TrackerError {
  return new TrackerError('aborted', 'The announce was given up');
}
